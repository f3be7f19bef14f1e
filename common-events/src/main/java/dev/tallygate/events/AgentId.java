package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/**
 * Identifies an agent, a user's named set of preferences.
 */
public record AgentId(@JsonValue UUID value) {

	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	public AgentId {
	}

	/**
	 * Parses the canonical 36-character form.
	 * @throws IllegalArgumentException when {@code text} is anything else
	 */
	public static AgentId parse(String text) {
		return new AgentId(UuidV7.parse(text));
	}

	@Override
	public String toString() {
		return this.value.toString();
	}

}
