package dev.tallygate.simulator;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a test tells the simulator to do with one call, written in the prompt as
 * {@code [[sim: name=value ...]]}. A name that is not known is refused, so that a typing
 * error never passes for a good answer.
 */
final class Directives {

	static final Directives NONE = new Directives(Map.of());

	private static final Pattern BLOCK = Pattern.compile("\\[\\[sim:([^\\]]*)\\]\\]");

	private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(us|ms|s)");

	private static final Set<String> NAMES = Set.of("output", "input", "reasoning", "cached", "cache-write", "first",
			"delay", "size", "fault", "usage", "status", "retry-after", "body", "echo", "comments", "done", "slice",
			"crlf", "attempts");

	private static final Set<String> FAULTS = Set.of("status", "fault", "retry-after", "body");

	private final Map<String, String> values;

	private Directives(Map<String, String> values) {
		this.values = values;
	}

	/** What a text says, on top of these. */
	Directives and(String text) {
		if (!text.contains("[[sim:")) {
			return this;
		}
		Map<String, String> merged = new HashMap<>(this.values);
		Matcher block = BLOCK.matcher(text);
		while (block.find()) {
			put(merged, block.group(1));
		}
		return new Directives(Map.copyOf(merged));
	}

	/** What a bare list of {@code name=value} says. */
	static Directives parse(String list) {
		Map<String, String> values = new HashMap<>();
		put(values, list);
		return new Directives(Map.copyOf(values));
	}

	/** The text without any directive. */
	static String strip(String text) {
		return text.contains("[[sim:") ? BLOCK.matcher(text).replaceAll("") : text;
	}

	private static void put(Map<String, String> values, String list) {
		for (String entry : list.strip().split("\\s+", -1)) {
			if (entry.isEmpty()) {
				continue;
			}
			int equals = entry.indexOf('=');
			String name = (equals < 0) ? entry : entry.substring(0, equals);
			if (!NAMES.contains(name)) {
				throw new Refusal(400, "unknown simulator directive: " + name);
			}
			values.put(name, (equals < 0) ? "yes" : entry.substring(equals + 1));
		}
	}

	/** The same call without anything that makes it fail. */
	Directives withoutFaults() {
		Map<String, String> rest = new HashMap<>(this.values);
		rest.keySet().removeAll(FAULTS);
		return new Directives(Map.copyOf(rest));
	}

	@Nullable Integer output() {
		return optional("output");
	}

	@Nullable Integer input() {
		return optional("input");
	}

	int reasoning() {
		return number("reasoning", 0);
	}

	int cached() {
		return number("cached", 0);
	}

	int cacheWrite() {
		return number("cache-write", 0);
	}

	Duration first() {
		return duration("first");
	}

	Duration delay() {
		return duration("delay");
	}

	int size() {
		return number("size", 0);
	}

	@Nullable Integer status() {
		return optional("status");
	}

	@Nullable Integer retryAfter() {
		return optional("retry-after");
	}

	boolean html() {
		return "html".equals(this.values.get("body"));
	}

	boolean emptyBody() {
		return "empty".equals(this.values.get("body"));
	}

	boolean echo() {
		return is("echo");
	}

	boolean comments() {
		return is("comments");
	}

	boolean slice() {
		return is("slice");
	}

	boolean crlf() {
		return is("crlf");
	}

	boolean done() {
		return !"no".equals(this.values.get("done"));
	}

	/** How many attempts the fault is for; 0 is all of them. */
	int attempts() {
		return number("attempts", 0);
	}

	UsageReport usage() {
		return named(UsageReport.class, "usage", this.values.getOrDefault("usage", "true-numbers"));
	}

	Fault fault() {
		String value = this.values.getOrDefault("fault", "none");
		int at = value.indexOf('@');
		return named(Fault.class, "fault", (at < 0) ? value : value.substring(0, at));
	}

	/** After how many pieces of the answer the fault comes. */
	int faultAt() {
		String value = this.values.getOrDefault("fault", "none");
		int at = value.indexOf('@');
		return (at < 0) ? 0 : parseNumber("fault", value.substring(at + 1));
	}

	private boolean is(String name) {
		return "yes".equals(this.values.get(name));
	}

	private int number(String name, int fallback) {
		Integer value = optional(name);
		return (value != null) ? value : fallback;
	}

	private @Nullable Integer optional(String name) {
		String value = this.values.get(name);
		return (value != null) ? Integer.valueOf(parseNumber(name, value)) : null;
	}

	private static int parseNumber(String name, String value) {
		try {
			int number = Integer.parseInt(value);
			if (number >= 0) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			throw new Refusal(400, "simulator directive " + name + " is not a number: " + value, ex);
		}
		throw new Refusal(400, "simulator directive " + name + " is negative: " + value);
	}

	private Duration duration(String name) {
		String value = this.values.getOrDefault(name, "0ms");
		Matcher parts = DURATION.matcher(value);
		if (!parts.matches()) {
			throw new Refusal(400, "simulator directive " + name + " is no duration such as 20ms: " + value);
		}
		long amount = Long.parseLong(parts.group(1));
		return switch (parts.group(2)) {
			case "us" -> Duration.ofNanos(amount * 1000);
			case "ms" -> Duration.ofMillis(amount);
			default -> Duration.ofSeconds(amount);
		};
	}

	private static <E extends Enum<E>> E named(Class<E> type, String name, String value) {
		try {
			return Enum.valueOf(type, value.toUpperCase(Locale.ROOT).replace('-', '_'));
		}
		catch (IllegalArgumentException ex) {
			throw new Refusal(400, "simulator directive " + name + " has no value " + value, ex);
		}
	}

	/** What goes wrong. In a plain answer every one but SILENCE comes half-way. */
	enum Fault {

		NONE,
		/** The request is read, no byte of an answer is ever sent. */
		SILENCE,
		/** The answer stops, the connection stays. */
		STALL,
		/** TCP reset. */
		RESET,
		/** TCP FIN without the end of the HTTP message. */
		FIN,
		/** Half an event, then FIN. */
		TEAR,
		/** An event that is no JSON; then the answer goes on. */
		GARBAGE,
		/** Bytes that break the HTTP framing, then FIN. */
		MISFRAME,
		/** An error event inside the stream, then an orderly end. */
		ERROR,
		/** An orderly end of the HTTP message in the middle of the answer. */
		CUT

	}

	/** What is reported as usage, whatever is billed. */
	enum UsageReport {

		TRUE_NUMBERS,
		/** No usage, asked for or not. */
		NONE,
		/** A million million tokens. */
		ABSURD, NEGATIVE, ZERO,
		/** Strings in place of numbers. */
		TEXT

	}

}
