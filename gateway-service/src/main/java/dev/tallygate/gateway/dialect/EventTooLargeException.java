package dev.tallygate.gateway.dialect;

import java.io.IOException;

/**
 * A provider's event without an end in sight.
 */
public final class EventTooLargeException extends IOException {

	private static final long serialVersionUID = 1L;

	EventTooLargeException(int limit) {
		super("an event of more than " + limit + " bytes");
	}

}
