package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * Identifies an API key that Tallygate handed out; survives rotation.
 */
public record ApiKeyId(@JsonValue UUID value) {

	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	public ApiKeyId {
	}

	/**
	 * Parses the canonical 36-character form.
	 * @throws IllegalArgumentException when {@code text} is anything else
	 */
	public static ApiKeyId parse(String text) {
		return new ApiKeyId(UuidV7.parse(text));
	}

	@Override
	public String toString() {
		return this.value.toString();
	}

}
