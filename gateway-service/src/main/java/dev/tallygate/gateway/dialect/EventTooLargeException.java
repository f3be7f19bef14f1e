package dev.tallygate.gateway.dialect;

import java.io.IOException;

/**
 * A provider's event without an end in sight.
 */
public final class EventTooLargeException extends IOException {

	private static final long serialVersionUID = 1L;

	private final boolean wanted;

	private EventTooLargeException(String message, boolean wanted) {
		super(message);
		this.wanted = wanted;
	}

	/** More than any event may have. */
	public static EventTooLargeException beyond(int limit) {
		return new EventTooLargeException("an event of more than " + limit + " bytes", false);
	}

	/** One that might be taken if others took less. */
	public static EventTooLargeException withoutRoom() {
		return new EventTooLargeException("no room for a large event", true);
	}

	/** Whether it is room that was missing. */
	public boolean noRoom() {
		return this.wanted;
	}

}
