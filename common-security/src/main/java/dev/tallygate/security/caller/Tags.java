package dev.tallygate.security.caller;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a call is counted under beside its user and key, such as a team or a project. Each
 * source, header or key, has at most 8; names are {@code [a-z][a-z0-9_.-]{0,31}}, values
 * 1 to 64 printable characters without comma.
 *
 * @param values by name, in the order of the names
 */
public record Tags(@JsonValue SortedMap<String, String> values) {

	/** No tags. */
	public static final Tags NONE = new Tags(new TreeMap<>());

	/** What a source may have at most. */
	public static final int MAX = 8;

	/** The rule in words, as in "must be …". */
	public static final String RULE = "must be at most " + MAX
			+ " tags with names of [a-z][a-z0-9_.-]{0,31} and values of 1 to 64 printable characters without comma";

	private static final int MAX_VALUE = 64;

	private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,31}");

	public Tags {
		values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
	}

	/**
	 * Takes what is in a body or was taken before.
	 */
	@JsonCreator
	public static Tags of(Map<String, String> values) {
		return values.isEmpty() ? NONE : new Tags(new TreeMap<>(values));
	}

	/**
	 * Reads the header {@code x-tallygate-tags}, as in {@code team=search,env=prod}.
	 * @throws IllegalArgumentException when it is malformed; the message is the rule
	 */
	public static Tags parse(String header) {
		TreeMap<String, String> values = new TreeMap<>();
		for (String part : header.split(",", -1)) {
			int equals = part.indexOf('=');
			String name = part.substring(0, Math.max(equals, 0)).strip();
			if (values.put(name, part.substring(equals + 1).strip()) != null) {
				throw new IllegalArgumentException(RULE);
			}
		}
		return new Tags(values).checked();
	}

	/**
	 * The same, once it is known to keep the rule.
	 * @throws IllegalArgumentException when it does not; the message is the rule
	 */
	public Tags checked() {
		boolean good = this.values.size() <= MAX && this.values.entrySet()
			.stream()
			.allMatch((tag) -> NAME.matcher(tag.getKey()).matches() && isValue(tag.getValue()));
		if (!good) {
			throw new IllegalArgumentException(RULE);
		}
		return this;
	}

	private static boolean isValue(@Nullable String value) {
		return value != null && !value.isBlank() && value.equals(value.strip()) && value.length() <= MAX_VALUE
				&& value.indexOf(',') < 0 && value.codePoints().allMatch(Tags::isPrintable);
	}

	private static boolean isPrintable(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> true;
		};
	}

	/**
	 * These and the others'; where both have a name, these win.
	 */
	public Tags over(Tags others) {
		if (others.values.isEmpty() || this.values.isEmpty()) {
			return this.values.isEmpty() ? others : this;
		}
		TreeMap<String, String> all = new TreeMap<>(others.values);
		all.putAll(this.values);
		return new Tags(all);
	}

}
