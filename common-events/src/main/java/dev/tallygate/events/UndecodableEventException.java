package dev.tallygate.events;

import org.jspecify.annotations.Nullable;

/**
 * A record that is no event this version can read. The message says why, without quoting
 * the record's values.
 */
public final class UndecodableEventException extends Exception {

	private final boolean unknownType;

	UndecodableEventException(String reason, @Nullable Throwable cause, boolean unknownType) {
		super(reason, cause);
		this.unknownType = unknownType;
	}

	/**
	 * Whether it is a well-formed event of a type that this version does not know.
	 * Readers ignore those; anything else is a dead letter.
	 */
	public boolean isUnknownType() {
		return this.unknownType;
	}

}
