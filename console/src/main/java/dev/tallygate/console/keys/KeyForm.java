package dev.tallygate.console.keys;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a person typed about a key, read so that key-service understands it.
 *
 * @param name what to call it; null where the form had none
 * @param keyType {@code dev} or {@code prod}; null where it cannot change
 * @param expires its last day in UTC, such as {@code 2026-12-31}; empty for never
 * @param models what it may call, one after the other; empty for everything
 * @param tags such as {@code team=search, env=prod}
 */
record KeyForm(@Nullable String name, @Nullable String keyType, @Nullable String expires, @Nullable String models,
		@Nullable String tags) {

	private static final Pattern TAG_NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,31}");

	/** Whether the form had every field of a key that is there, filled in or not. */
	boolean whole() {
		return this.name != null && this.expires != null && this.models != null && this.tags != null;
	}

	/**
	 * The body for key-service.
	 * @throws IllegalArgumentException with what to type instead
	 */
	Map<String, @Nullable Object> body() {
		Map<String, @Nullable Object> body = new LinkedHashMap<>();
		body.put("name", text(this.name));
		if (this.keyType != null) {
			body.put("keyType", "prod".equals(this.keyType) ? "prod" : "dev");
		}
		body.put("expiresAt", expiry());
		body.put("allowedModels", allowedModels());
		Map<String, String> marks = marks();
		if (!marks.isEmpty() || this.keyType == null) {
			body.put("tags", marks);
		}
		return body;
	}

	/** The end of the day that was named. */
	private @Nullable String expiry() {
		String day = text(this.expires);
		if (day.isEmpty()) {
			return null;
		}
		try {
			return LocalDate.parse(day).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC).toString();
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("Type the last day as 2026-12-31, or leave it empty for never.", ex);
		}
	}

	private @Nullable List<String> allowedModels() {
		List<String> names = Arrays.stream(text(this.models).split("[,\\s]+", -1))
			.filter((name) -> !name.isEmpty())
			.toList();
		return names.isEmpty() ? null : names;
	}

	private Map<String, String> marks() {
		Map<String, String> marks = new LinkedHashMap<>();
		for (String part : text(this.tags).split(",", -1)) {
			if (part.isBlank()) {
				continue;
			}
			int equals = part.indexOf('=');
			if (equals < 1 || part.substring(equals + 1).isBlank()) {
				throw new IllegalArgumentException("Type tags as team=search, env=prod.");
			}
			String name = part.substring(0, equals).strip();
			if (!TAG_NAME.matcher(name).matches()) {
				throw new IllegalArgumentException("“" + name + "” cannot be a tag’s name. Type small letters, digits, "
						+ "dots, hyphens or underscores, beginning with a letter, as in team=search.");
			}
			marks.put(name, part.substring(equals + 1).strip());
		}
		return marks;
	}

	private static String text(@Nullable String typed) {
		return (typed != null) ? typed.strip() : "";
	}

}
