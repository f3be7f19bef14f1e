package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.UUID;

/**
 * Identifies one relayed call, and with it the call's {@code usage.settled} event: a
 * UUIDv7 made when the call opens, which is the idempotency key all the way down.
 */
public record CallId(@JsonValue UUID value) {

	@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
	public CallId {
	}

	/**
	 * Makes a new id from the current time.
	 */
	public static CallId next() {
		return new CallId(UuidV7.next());
	}

	/**
	 * Parses the canonical 36-character form.
	 * @throws IllegalArgumentException when {@code text} is anything else
	 */
	public static CallId parse(String text) {
		return new CallId(UuidV7.parse(text));
	}

	/**
	 * When the call opened, in whole milliseconds.
	 */
	public Instant openedAt() {
		return UuidV7.timeOf(this.value);
	}

	@Override
	public String toString() {
		return this.value.toString();
	}

}
