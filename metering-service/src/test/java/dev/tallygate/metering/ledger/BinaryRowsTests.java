package dev.tallygate.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.metering.ledger.BinaryValues.ColumnType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The server must read from the binary form what it reads from text.
 */
class BinaryRowsTests {

	private static final List<ColumnType> COLUMNS = List.of(ColumnType.UUID, ColumnType.TEXT, ColumnType.BOOLEAN,
			ColumnType.INTEGER, ColumnType.BIGINT, ColumnType.DATE, ColumnType.TIMESTAMPTZ);

	private static Connection connection;

	@BeforeAll
	static void createType() throws SQLException {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		database
			.execute("CREATE TYPE sample AS (a uuid, b text, c boolean, d integer, e bigint, f date, g timestamptz)");
		connection = database.dataSource().getConnection();
	}

	@AfterAll
	static void close() throws SQLException {
		connection.close();
	}

	@Test
	void carriesEveryTypeToItsEnds() throws SQLException {
		carries(row(new UUID(0, 0), "", false, Integer.MIN_VALUE, Long.MIN_VALUE, LocalDate.of(-4712, 1, 1),
				Instant.parse("1582-10-15T00:00:00.000001Z")));
		carries(row(new UUID(-1, -1), "µ, \"\\{}\n – 𝄞", true, Integer.MAX_VALUE, Long.MAX_VALUE,
				LocalDate.of(99_999, 12, 31), Instant.parse("9999-12-31T23:59:59.999999Z")));
	}

	@Test
	void carriesNulls() throws SQLException {
		carries(new @Nullable Object[COLUMNS.size()]);
	}

	@Test
	void growsWithWhatItIsGiven() throws SQLException {
		carries(row(new UUID(1, 2), "x".repeat(100_000), true, 1, 2L, LocalDate.of(2026, 11, 21),
				Instant.parse("2026-11-21T03:04:05Z")));
	}

	@Test
	void roundsNanosecondsAsTheServerDoes() throws SQLException {
		for (int nanos : List.of(0, 1, 499, 500, 501, 1_499, 1_500, 123_456_500, 123_457_500, 999_999_499, 999_999_500,
				999_999_999)) {
			carries(row(new UUID(1, 2), "x", true, 1, 2L, LocalDate.of(2026, 11, 21),
					Instant.parse("2026-11-21T03:04:05Z").plusNanos(nanos)));
			carries(row(new UUID(1, 2), "x", true, 1, 2L, LocalDate.of(1969, 12, 31),
					Instant.parse("1969-12-31T23:59:59Z").plusNanos(nanos)));
		}
	}

	@Test
	void refusesATimeThatTheServerCannotHold() {
		UUID id = new UUID(1, 2);
		List<@Nullable Object[]> instant = List
			.<@Nullable Object[]>of(row(id, "x", true, 1, 2L, LocalDate.EPOCH, Instant.MAX));
		List<@Nullable Object[]> date = List
			.<@Nullable Object[]>of(row(id, "x", true, 1, 2L, LocalDate.MAX, Instant.EPOCH));
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> parameter(instant));
		assertThatExceptionOfType(ArithmeticException.class).isThrownBy(() -> parameter(date));
	}

	@Test
	void keepsTheOrderOfManyRows() throws SQLException {
		List<@Nullable Object[]> rows = new ArrayList<>();
		for (int i = 0; i < 5_000; i++) {
			rows.add(row(new UUID(7, i), "row " + i, i % 2 == 0, i, (long) i, LocalDate.EPOCH, Instant.EPOCH));
		}
		try (PreparedStatement select = connection
			.prepareStatement("SELECT count(*) FILTER (WHERE d = place - 1 AND b = 'row ' || d), count(*)"
					+ " FROM unnest(?::sample[]) WITH ORDINALITY AS s (a, b, c, d, e, f, g, place)")) {
			select.setArray(1, parameter(rows));
			try (ResultSet result = select.executeQuery()) {
				result.next();
				assertThat(result.getInt(1)).isEqualTo(5_000);
				assertThat(result.getInt(2)).isEqualTo(5_000);
			}
		}
	}

	private static @Nullable Object[] row(@Nullable Object... values) {
		return values;
	}

	private static java.sql.Array parameter(List<@Nullable Object[]> rows) throws SQLException {
		return BinaryRows.parameter(connection, "sample", COLUMNS, rows);
	}

	/** Compared on the server with the same values as text. */
	private static void carries(@Nullable Object[] values) throws SQLException {
		try (PreparedStatement compare = connection.prepareStatement("""
				SELECT s.*, ROW(s.*) IS NOT DISTINCT FROM
					ROW(?::uuid, ?::text, ?::boolean, ?::integer, ?::bigint, ?::date, ?::timestamptz)
				FROM unnest(?::sample[]) AS s""")) {
			for (int i = 0; i < values.length; i++) {
				compare.setString(i + 1, text(values[i]));
			}
			compare.setArray(values.length + 1, parameter(List.<@Nullable Object[]>of(values)));
			try (ResultSet result = compare.executeQuery()) {
				assertThat(result.next()).isTrue();
				assertThat(result.getBoolean(values.length + 1)).as(Arrays.toString(values)).isTrue();
				assertThat(result.next()).isFalse();
			}
		}
	}

	private static @Nullable String text(@Nullable Object value) {
		if (value instanceof LocalDate date && date.getYear() < 1) {
			return date.withYear(1 - date.getYear()).toString() + " BC";
		}
		return (value != null) ? String.valueOf(value).replaceFirst("^\\+", "") : null;
	}

}
