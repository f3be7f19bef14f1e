package dev.tallygate.gateway.spool;

/**
 * The kinds of records in the spool. The codes are on disk: never change or reuse one.
 */
enum RecordType {

	/** The first record of a segment: where its numbers start. */
	HEADER(1),
	/** A call opens. */
	OPENED(2),
	/** What an open call has delivered so far. */
	CHECKPOINT(3),
	/** A call ended with a usage event, as earlier versions wrote it. */
	SETTLED_WITHOUT_KEY(4),
	/** A call ended without one. */
	VOIDED(5),
	/** An event to send that ends no call. */
	NOTE(6),
	/** A call ended with a usage event. */
	SETTLED(7);

	private static final RecordType[] VALUES = values();

	private final int code;

	RecordType(int code) {
		this.code = code;
	}

	byte code() {
		return (byte) this.code;
	}

	/**
	 * The type with this code.
	 * @throws IllegalArgumentException when this version knows none
	 */
	static RecordType of(byte code) {
		if (code < 1 || code > VALUES.length) {
			throw new IllegalArgumentException("unknown record type " + code);
		}
		return VALUES[code - 1];
	}

}
