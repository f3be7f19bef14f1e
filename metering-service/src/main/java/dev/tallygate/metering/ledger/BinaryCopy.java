package dev.tallygate.metering.ledger;

import dev.tallygate.metering.ledger.BinaryValues.ColumnType;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.core.BaseConnection;

/**
 * Rows in the form that {@code COPY … (FORMAT binary)} reads.
 */
final class BinaryCopy {

	private static final int TYPICAL_ROW = 768;

	private static final byte[] SIGNATURE = "PGCOPY\n\u00ff\r\n\0".getBytes(StandardCharsets.ISO_8859_1);

	private static final short END = -1;

	private final BinaryValues values;

	/**
	 * No rows yet.
	 * @param rows how many will be added
	 */
	BinaryCopy(int rows) {
		this.values = new BinaryValues(TYPICAL_ROW * (1 + rows));
		int flags = 0;
		int extension = 0;
		this.values.putBytes(SIGNATURE).putInt(flags).putInt(extension);
	}

	/**
	 * Begins a row.
	 * @param columns how many values will be added to it
	 */
	void begin(int columns) {
		this.values.putShort((short) columns);
	}

	/**
	 * Adds a value to the row.
	 * @throws ArithmeticException when a time is beyond what the server can hold
	 */
	void add(ColumnType type, @Nullable Object value) {
		this.values.put(type, value);
	}

	/**
	 * Sends all rows.
	 * @param statement the {@code COPY}
	 */
	void send(Connection connection, String statement) throws SQLException {
		this.values.putShort(END);
		CopyIn copy = new CopyManager(connection.unwrap(BaseConnection.class)).copyIn(statement);
		try {
			copy.writeToCopy(this.values.array(), 0, this.values.length());
			copy.endCopy();
		}
		finally {
			if (copy.isActive()) {
				copy.cancelCopy();
			}
		}
	}

}
