package dev.tallygate.simulator.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
public final class Directives {

	public static final Directives NONE = new Directives(Map.of());

	private static final Pattern BLOCK = Pattern.compile("\\[\\[sim:([^\\]]*)\\]\\]");

	private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(us|ms|s)");

	private static final Set<String> NAMES = Set.of("output", "input", "reasoning", "thinking", "tool", "cached",
			"cache-write", "cache-write-30m", "cache-write-1h", "cache-write-12h", "split", "audio-input",
			"audio-output", "audio-cached", "image-input", "image-output", "image-cached", "video-input", "web-search",
			"web-fetch", "file-search", "code-session", "accepted", "rejected", "tier", "geo", "speed", "iterations",
			"fallback-credit", "extra-usage", "usage-json", "served", "finish", "first", "delay", "size", "fault",
			"error-code", "usage", "status", "retry-after", "should-retry", "ratelimit", "body", "echo", "comments",
			"multiline", "events", "done", "slice", "crlf", "close", "early", "attempts", "ready");

	private static final Set<String> FAULTS = Set.of("status", "fault", "retry-after", "should-retry", "body",
			"error-code", "early");

	private final Map<String, String> values;

	private Directives(Map<String, String> values) {
		this.values = values;
	}

	/** What a text says, on top of these. */
	public Directives and(String text) {
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
	public static Directives parse(String list) {
		Map<String, String> values = new HashMap<>();
		put(values, list);
		return new Directives(Map.copyOf(values));
	}

	/** The text without any directive. */
	public static String strip(String text) {
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
	public Directives withoutFaults() {
		Map<String, String> rest = new HashMap<>(this.values);
		rest.keySet().removeAll(FAULTS);
		return new Directives(Map.copyOf(rest));
	}

	public @Nullable Integer output() {
		return optional("output");
	}

	public @Nullable Integer input() {
		return optional("input");
	}

	public int reasoning() {
		return number("reasoning", 0);
	}

	/** Words of reasoning that can be seen. */
	public int thinking() {
		return number("thinking", 0);
	}

	/** A count that something else may give when it is not told. */
	public long count(String name, long fallback) {
		Integer told = optional(name);
		return (told != null) ? told : fallback;
	}

	/** What is said of a name, as it is written. */
	public @Nullable String value(String name) {
		return this.values.get(name);
	}

	/** What is said of a name, with {@code %20} and the like read as what they mean. */
	public @Nullable String decoded(String name) {
		String value = this.values.get(name);
		return (value != null) ? URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8) : null;
	}

	public Duration first() {
		return duration("first");
	}

	public Duration delay() {
		return duration("delay");
	}

	public int size() {
		return number("size", 0);
	}

	public @Nullable Integer status() {
		return optional("status");
	}

	/** After what time a response in the background is made. */
	public Duration ready() {
		return duration("ready");
	}

	/** The status that refuses a large upload before it is read. */
	public @Nullable Integer early() {
		return optional("early");
	}

	public boolean echo() {
		return is("echo");
	}

	public boolean comments() {
		return is("comments");
	}

	public boolean slice() {
		return is("slice");
	}

	public boolean crlf() {
		return is("crlf");
	}

	/** Whether each event's data is spread over several lines. */
	public boolean multiline() {
		return is("multiline");
	}

	/** Whether the socket is closed with the last byte of an answer. */
	public boolean close() {
		return is("close");
	}

	/** Whether events have names. */
	public boolean named() {
		return !"no".equals(this.values.get("events"));
	}

	public boolean done() {
		return !"no".equals(this.values.get("done"));
	}

	/** How many attempts the fault is for; 0 is all of them. */
	public int attempts() {
		return number("attempts", 0);
	}

	public UsageReport usage() {
		return named(UsageReport.class, "usage", this.values.getOrDefault("usage", "true-numbers"));
	}

	public Fault fault() {
		String value = this.values.getOrDefault("fault", "none");
		int at = value.indexOf('@');
		return named(Fault.class, "fault", (at < 0) ? value : value.substring(0, at));
	}

	/** After how many pieces of the answer the fault comes. */
	public int faultAt() {
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
	public enum Fault {

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
		/** An error event in place of the whole stream. */
		ERROR_FIRST,
		/** FIN after so many bytes of the body. */
		FIN_BYTES,
		/** TCP reset after so many bytes of the body. */
		RESET_BYTES,
		/** An orderly end of the HTTP message in the middle of the answer. */
		CUT

	}

	/**
	 * What is reported as usage, whatever is billed. From EACH on it is how the true
	 * numbers are told, on the chat wire.
	 */
	public enum UsageReport {

		TRUE_NUMBERS,
		/** No usage, asked for or not. */
		NONE,
		/** A million million tokens. */
		ABSURD, NEGATIVE, ZERO,
		/** Strings in place of numbers. */
		TEXT,
		/** The input alone. */
		INPUT_ONLY,
		/** The output alone. */
		OUTPUT_ONLY,
		/** The numbers so far on every event. */
		EACH,
		/** Nothing but {@code "usage":null} on every event. */
		NULL,
		/** On the event that says why it ended, as transformers' server does. */
		ON_FINISH,
		/** On an event that has a choice with nothing in it, as LiteLLM's proxy does. */
		WITH_CHOICE,
		/** Two events, each with the output of some of the choices, as llama.cpp does. */
		TWICE,
		/** Counts in {@code timings} on each event, as llama.cpp does when asked. */
		TIMINGS,
		/** Reasoning outside the completion's count, as xAI does. */
		REASONING_APART,
		/** {@code prompt_cache_hit_tokens}, as DeepSeek does. */
		CACHE_HIT,
		/** {@code cached_tokens} at the top, as Kimi does. */
		CACHED_ON_TOP,
		/** Numbers that contradict each other: a total below its parts. */
		CONTRADICTORY

	}

}
