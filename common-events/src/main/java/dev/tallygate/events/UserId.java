package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * Identifies a person or machine account of Tallygate.
 */
public record UserId(@JsonValue UUID value) {

	/** The subject of events that are not about a person. */
	public static final UserId NOBODY = new UserId(new UUID(0, 0));

	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	public UserId {
	}

	/**
	 * Parses the canonical 36-character form.
	 * @throws IllegalArgumentException when {@code text} is anything else
	 */
	public static UserId parse(String text) {
		return new UserId(UuidV7.parse(text));
	}

	@Override
	public String toString() {
		return this.value.toString();
	}

}
