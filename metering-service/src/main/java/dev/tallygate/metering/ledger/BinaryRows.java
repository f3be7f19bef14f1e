package dev.tallygate.metering.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PgArray;

/**
 * Rows as one parameter: an array of a composite type, in the binary form that the
 * server's {@code array_recv}, {@code record_recv} and the columns' own functions read
 * (PostgreSQL, {@code src/backend/utils/adt}). The driver would send such an array as
 * text, and the server parse every value.
 */
final class BinaryRows {

	private static final int TYPICAL_ROW = 768;

	private static final int NULL = -1;

	private static final byte JSONB_VERSION = 1;

	private final List<ColumnType> columns;

	private ByteBuffer bytes;

	/**
	 * An array without rows yet.
	 * @param elementType the composite type's object identifier
	 * @param columns its columns
	 * @param rows how many rows will be added
	 */
	BinaryRows(int elementType, List<ColumnType> columns, int rows) {
		this.columns = columns;
		this.bytes = ByteBuffer.allocate(TYPICAL_ROW * (1 + rows));
		int dimensions = 1;
		int nulls = 0;
		int firstIndex = 1;
		this.bytes.putInt(dimensions).putInt(nulls).putInt(elementType).putInt(rows).putInt(firstIndex);
	}

	/**
	 * The rows as a parameter of the array of {@code elementType}.
	 * @param elementType the composite type's name
	 */
	static Array parameter(Connection connection, String elementType, List<ColumnType> columns,
			List<@Nullable Object[]> rows) throws SQLException {
		BaseConnection driver = connection.unwrap(BaseConnection.class);
		BinaryRows binary = new BinaryRows(driver.getTypeInfo().getPGType(elementType), columns, rows.size());
		rows.forEach(binary::add);
		return new PgArray(driver, driver.getTypeInfo().getPGArrayType(elementType), binary.toBytes());
	}

	/**
	 * Adds a row.
	 * @param values of the columns' Java types
	 * @throws ArithmeticException when a time is beyond what the server can hold
	 */
	void add(@Nullable Object[] values) {
		int start = room(2 * Integer.BYTES).position();
		this.bytes.position(start + Integer.BYTES).putInt(values.length);
		for (int i = 0; i < values.length; i++) {
			add(this.columns.get(i), values[i]);
		}
		putLength(start);
	}

	private void add(ColumnType type, @Nullable Object value) {
		int start = room(2 * Integer.BYTES).putInt(type.identifier).position();
		if (value == null) {
			this.bytes.putInt(NULL);
			return;
		}
		this.bytes.position(start + Integer.BYTES);
		switch (type) {
			case UUID -> put((UUID) value);
			case TEXT -> put((String) value);
			case BOOLEAN -> room(Byte.BYTES).put((byte) ((boolean) value ? 1 : 0));
			case SMALLINT -> room(Short.BYTES).putShort((short) value);
			case INTEGER -> room(Integer.BYTES).putInt((int) value);
			case BIGINT -> room(Long.BYTES).putLong((long) value);
			case DATE -> room(Integer.BYTES).putInt(days((LocalDate) value));
			case JSONB -> putJson((byte[]) value);
			case TIMESTAMPTZ -> room(Long.BYTES).putLong(micros((Instant) value));
		}
		putLength(start);
	}

	/** What was written since goes behind its own length. */
	private void putLength(int start) {
		this.bytes.putInt(start, this.bytes.position() - start - Integer.BYTES);
	}

	private void put(UUID value) {
		room(2 * Long.BYTES).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
	}

	private void put(String value) {
		byte[] text = value.getBytes(StandardCharsets.UTF_8);
		room(text.length).put(text);
	}

	/** A version and the text. */
	private void putJson(byte[] text) {
		room(1 + text.length).put(JSONB_VERSION).put(text);
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

	private byte[] toBytes() {
		return Arrays.copyOf(this.bytes.array(), this.bytes.position());
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

	}

}
