package dev.tallygate.metering.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values in the binary form that the columns' own functions read (PostgreSQL,
 * {@code src/backend/utils/adt}), each behind its length, in bytes that grow.
 */
final class BinaryValues {

	private static final int NULL = -1;

	private static final byte JSONB_VERSION = 1;

	private ByteBuffer bytes;

	/**
	 * No values yet.
	 * @param expected how many bytes there may be
	 */
	BinaryValues(int expected) {
		this.bytes = ByteBuffer.allocate(expected);
	}

	/** Adds a number of the protocol's own. */
	BinaryValues putInt(int value) {
		room(Integer.BYTES).putInt(value);
		return this;
	}

	/** Adds a short number of the protocol's own. */
	BinaryValues putShort(short value) {
		room(Short.BYTES).putShort(value);
		return this;
	}

	/** Adds bytes as they are. */
	BinaryValues putBytes(byte[] value) {
		room(value.length).put(value);
		return this;
	}

	/**
	 * Adds a value behind its length.
	 * @throws ArithmeticException when a time is beyond what the server can hold
	 */
	void put(ColumnType type, @Nullable Object value) {
		if (value == null) {
			putInt(NULL);
			return;
		}
		switch (type) {
			case UUID -> put((UUID) value);
			case TEXT -> put((String) value);
			case BOOLEAN -> sized(Byte.BYTES).put((byte) ((boolean) value ? 1 : 0));
			case SMALLINT -> sized(Short.BYTES).putShort((short) value);
			case INTEGER -> sized(Integer.BYTES).putInt((int) value);
			case BIGINT -> sized(Long.BYTES).putLong((long) value);
			case DATE -> sized(Integer.BYTES).putInt(days((LocalDate) value));
			case JSONB -> putJson((byte[]) value);
			case TIMESTAMPTZ -> sized(Long.BYTES).putLong(micros((Instant) value));
		}
	}

	/** Adds a length, and room for what is so long. */
	private ByteBuffer sized(int length) {
		return room(Integer.BYTES + length).putInt(length);
	}

	/** Leaves room for a length; what is added until it ends is what it counts. */
	int beginLength() {
		int start = room(Integer.BYTES).position();
		this.bytes.position(start + Integer.BYTES);
		return start;
	}

	/** Writes the length of all that was added since. */
	void endLength(int start) {
		this.bytes.putInt(start, this.bytes.position() - start - Integer.BYTES);
	}

	private void put(UUID value) {
		sized(2 * Long.BYTES).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
	}

	private void put(String value) {
		byte[] text = value.getBytes(StandardCharsets.UTF_8);
		sized(text.length).put(text);
	}

	/** A version and the text. */
	private void putJson(byte[] text) {
		sized(1 + text.length).put(JSONB_VERSION).put(text);
	}

	private static int days(LocalDate date) {
		return Math.toIntExact(date.toEpochDay() - ColumnType.EPOCH.toEpochDay());
	}

	/** Rounded as the server rounds a fraction that it reads as text. */
	private static long micros(Instant time) {
		long seconds = time.getEpochSecond() - ColumnType.EPOCH.toEpochDay() * 86_400L;
		return Math.addExact(Math.multiplyExact(seconds, 1_000_000L), (long) Math.rint(time.getNano() / 1e9 * 1e6));
	}

	private ByteBuffer room(int more) {
		if (this.bytes.remaining() < more) {
			int position = this.bytes.position();
			this.bytes = ByteBuffer.wrap(Arrays.copyOf(this.bytes.array(), 2 * position + more)).position(position);
		}
		return this.bytes;
	}

	byte[] toBytes() {
		return Arrays.copyOf(this.bytes.array(), this.bytes.position());
	}

	/** How many of the bytes are in use. */
	int length() {
		return this.bytes.position();
	}

	/** The bytes themselves, and some that are not in use. */
	byte[] array() {
		return this.bytes.array();
	}

	/**
	 * A column's type, with the identifier that is the same in every database
	 * ({@code pg_type.dat}).
	 */
	enum ColumnType {

		/** A {@link java.util.UUID}. */
		UUID(2950),
		/** A {@link String}. */
		TEXT(25),
		/** A {@link Boolean}. */
		BOOLEAN(16),
		/** An {@link Integer}. */
		INTEGER(23),
		/** A {@link Long}. */
		BIGINT(20),
		/** A {@link Short}. */
		SMALLINT(21),
		/** JSON as bytes of UTF-8. */
		JSONB(3802),
		/** A {@link LocalDate}. */
		DATE(1082),
		/** An {@link Instant}. */
		TIMESTAMPTZ(1184);

		/** Where the server counts from. */
		private static final LocalDate EPOCH = LocalDate.of(2000, 1, 1);

		private final int identifier;

		ColumnType(int identifier) {
			this.identifier = identifier;
		}

		int identifier() {
			return this.identifier;
		}

	}

}
