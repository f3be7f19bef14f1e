package dev.tallygate.metering.ledger;

import dev.tallygate.metering.ledger.BinaryValues.ColumnType;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.jdbc.PgArray;
import org.springframework.jdbc.support.SqlValue;

/**
 * Rows as one parameter: an array of a composite type, in the binary form that the
 * server's {@code array_recv} and {@code record_recv} read. The driver would send such an
 * array as text, and the server parse every value.
 */
final class BinaryRows {

	private static final int TYPICAL_ROW = 768;

	private final List<ColumnType> columns;

	private final BinaryValues values;

	/**
	 * An array without rows yet.
	 * @param elementType the composite type's object identifier
	 * @param columns its columns
	 * @param rows how many rows will be added
	 */
	BinaryRows(int elementType, List<ColumnType> columns, int rows) {
		this.columns = columns;
		this.values = new BinaryValues(TYPICAL_ROW * (1 + rows));
		int dimensions = 1;
		int nulls = 0;
		int firstIndex = 1;
		this.values.putInt(dimensions).putInt(nulls).putInt(elementType).putInt(rows).putInt(firstIndex);
	}

	/**
	 * The rows as a parameter of the array of {@code elementType}.
	 * @param elementType the composite type's name
	 */
	static Array parameter(Connection connection, String elementType, List<ColumnType> columns,
			List<@Nullable Object[]> rows) throws SQLException {
		return new Parameter(elementType, columns, rows).arrayOf(connection);
	}

	/** The same, made once there is a connection. */
	static SqlValue parameter(String elementType, List<ColumnType> columns, List<@Nullable Object[]> rows) {
		return new Parameter(elementType, columns, rows);
	}

	/**
	 * Adds a row.
	 * @param row of the columns' Java types
	 * @throws ArithmeticException when a time is beyond what the server can hold
	 */
	void add(@Nullable Object[] row) {
		int start = this.values.beginLength();
		this.values.putInt(row.length);
		for (int i = 0; i < row.length; i++) {
			ColumnType type = this.columns.get(i);
			this.values.putInt(type.identifier()).put(type, row[i]);
		}
		this.values.endLength(start);
	}

	/** Of several statements, too: the rows are written out once. */
	private static final class Parameter implements SqlValue {

		private final String elementType;

		private final List<ColumnType> columns;

		private final List<@Nullable Object[]> rows;

		/** Each database numbers its types for itself. */
		private int identifier;

		private byte @Nullable [] written;

		Parameter(String elementType, List<ColumnType> columns, List<@Nullable Object[]> rows) {
			this.elementType = elementType;
			this.columns = columns;
			this.rows = rows;
		}

		@Override
		public void setValue(PreparedStatement statement, int place) throws SQLException {
			statement.setArray(place, arrayOf(statement.getConnection()));
		}

		Array arrayOf(Connection connection) throws SQLException {
			BaseConnection driver = connection.unwrap(BaseConnection.class);
			int type = driver.getTypeInfo().getPGType(this.elementType);
			byte[] bytes = this.written;
			if (bytes == null || this.identifier != type) {
				BinaryRows binary = new BinaryRows(type, this.columns, this.rows.size());
				this.rows.forEach(binary::add);
				bytes = binary.values.toBytes();
				this.written = bytes;
				this.identifier = type;
			}
			return new PgArray(driver, driver.getTypeInfo().getPGArrayType(this.elementType), bytes);
		}

		@Override
		public void cleanup() {
			// an array in memory
		}

	}

}
