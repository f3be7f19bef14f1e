package dev.tallygate.keys.audit;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was before and after, each as the text of a JSON object. Holds no secret.
 *
 * @param oldValue before; null where there was nothing
 * @param newValue after; null where nothing is left
 * @param personal whether it may tell of a person, as the names of keys do, and so goes
 * with that person
 */
public record AuditChange(@Nullable String oldValue, @Nullable String newValue, boolean personal) {

	private static final JsonMapper JSON = new JsonMapper();

	/**
	 * A change of what tells of nobody.
	 */
	public static AuditChange of(@Nullable Map<String, ?> before, @Nullable Map<String, ?> after) {
		return new AuditChange(text(before), text(after), false);
	}

	/**
	 * A change that goes with the person.
	 */
	public static AuditChange ofPerson(@Nullable Map<String, ?> before, @Nullable Map<String, ?> after) {
		return new AuditChange(text(before), text(after), true);
	}

	private static @Nullable String text(@Nullable Map<String, ?> values) {
		return (values != null) ? JSON.writeValueAsString(new TreeMap<>(values)) : null;
	}

}
