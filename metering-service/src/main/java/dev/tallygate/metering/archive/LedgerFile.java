package dev.tallygate.metering.archive;

import dev.tallygate.metering.ledger.Aggregates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;

/**
 * A month of the ledger as a Parquet file, with every column under its name. Written by
 * DuckDB from what is read out of PostgreSQL row by row, forced to disk, and read back.
 */
final class LedgerFile {

	/** Stands for NULL in between; no column can have it but as text, which is quoted. */
	private static final String NULL = "\\N";

	private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder()
		.setNullString(NULL)
		.setQuoteMode(QuoteMode.ALL_NON_NULL)
		.setRecordSeparator('\n')
		.get();

	private static final int BATCH = 1000;

	private static final int KEYS = Aggregates.KEY.split(",", -1).length;

	private static final int COUNTERS = Aggregates.COUNTERS.split(",", -1).length;

	private final Path directory;

	private final int memory;

	/**
	 * Files of a folder.
	 * @param directory the folder
	 * @param memory the most memory to take, in MiB
	 */
	LedgerFile(Path directory, int memory) {
		this.directory = directory;
		this.memory = memory;
	}

	/**
	 * Writes a table, reads the file back, and leaves its sums in {@code archived_sums},
	 * a temporary table of the connection's transaction.
	 * @throws IOException when the file cannot be written
	 * @throws SQLException when either database fails, or the file has other rows than
	 * the table
	 */
	Content write(Connection ledger, String table) throws IOException, SQLException {
		Files.createDirectories(this.directory);
		Path csv = this.directory.resolve(table + ".csv.tmp");
		Path fresh = this.directory.resolve(table + ".parquet.tmp");
		Path file = this.directory.resolve(table + ".parquet");
		try (Statement settings = ledger.createStatement()) {
			// A month may take minutes.
			settings.execute("SET LOCAL statement_timeout = 0");
			settings.execute("SET LOCAL TimeZone = 'UTC'");
			List<Column> columns = columns(ledger, table);
			try (Connection duck = open()) {
				copyOut(ledger, table, columns, csv);
				execute(duck,
						"COPY (SELECT * FROM read_csv(" + text(csv) + ", header = false, auto_detect = false,"
								+ " delim = ',', quote = '\"', escape = '\"', nullstr = '" + NULL
								+ "', allow_quoted_nulls = false, columns = {"
								+ columns.stream().map(Column::declaration).collect(Collectors.joining(", "))
								+ "})) TO " + text(fresh) + " (FORMAT parquet, COMPRESSION zstd)");
				force(fresh);
				Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
				forceFolder();
				sums(duck, file, ledger);
				return content(duck, file, ledger, table);
			}
		}
		finally {
			Files.deleteIfExists(csv);
			Files.deleteIfExists(fresh);
		}
	}

	/**
	 * Returns when a file is there, and what it was.
	 * @param name the file's
	 * @param sha256 of the file as it was written, in hex
	 * @throws IOException when it is not
	 */
	void require(String name, String sha256) throws IOException {
		Path file = this.directory.resolve(name);
		if (!Files.isRegularFile(file)) {
			throw new IOException("the file " + file + " is not there");
		}
		if (!sha256(file).equals(sha256)) {
			throw new IOException("the file " + file + " is not what was written: its SHA-256 is another");
		}
	}

	private Connection open() throws SQLException {
		Properties properties = new Properties();
		properties.setProperty("memory_limit", this.memory + "MiB");
		properties.setProperty("threads", "1");
		properties.setProperty("temp_directory", this.directory.resolve("tmp").toString());
		return DriverManager.getConnection("jdbc:duckdb:", properties);
	}

	private static List<Column> columns(Connection ledger, String table) throws SQLException {
		List<Column> columns = new ArrayList<>();
		try (PreparedStatement statement = ledger.prepareStatement(
				"SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0"
						+ " AND NOT attisdropped ORDER BY attnum")) {
			statement.setString(1, table);
			try (ResultSet row = statement.executeQuery()) {
				while (row.next()) {
					columns.add(new Column(row.getString(1), row.getString(2)));
				}
			}
		}
		return columns;
	}

	private static void copyOut(Connection ledger, String table, List<Column> columns, Path csv)
			throws SQLException, IOException {
		try (Statement select = ledger.createStatement();
				CSVPrinter out = new CSVPrinter(Files.newBufferedWriter(csv), FORMAT)) {
			// Row by row, however many there are.
			select.setFetchSize(BATCH);
			try (ResultSet row = select.executeQuery("SELECT * FROM " + table + " ORDER BY user_id, event_id")) {
				while (row.next()) {
					for (int i = 1; i <= columns.size(); i++) {
						out.print(row.getString(i));
					}
					out.println();
				}
			}
		}
	}

	/** What the file sums up to, by the very query that makes the aggregates. */
	private static void sums(Connection duck, Path file, Connection ledger) throws SQLException {
		execute(ledger, "CREATE TEMPORARY TABLE archived_sums (LIKE usage_daily) ON COMMIT DROP");
		String insert = "INSERT INTO archived_sums (" + Aggregates.KEY + ", " + Aggregates.COUNTERS
				+ ") VALUES (?::uuid, ?::date, ?::date, ?::date, ?, ?, ?, ?::uuid, ?::uuid" + ", ?".repeat(COUNTERS)
				+ ")";
		try (Statement select = duck.createStatement();
				ResultSet row = select.executeQuery(Aggregates.sumsOf("read_parquet(" + text(file) + ")"));
				PreparedStatement into = ledger.prepareStatement(insert)) {
			int waiting = 0;
			while (row.next()) {
				for (int i = 1; i <= KEYS; i++) {
					into.setString(i, row.getString(i));
				}
				for (int i = KEYS + 1; i <= KEYS + COUNTERS; i++) {
					into.setLong(i, row.getLong(i));
				}
				into.addBatch();
				waiting++;
				if (waiting == BATCH) {
					into.executeBatch();
					waiting = 0;
				}
			}
			into.executeBatch();
		}
	}

	private static Content content(Connection duck, Path file, Connection ledger, String table)
			throws SQLException, IOException {
		String sums = "SELECT count(*), coalesce(sum(cost_nanos), 0)::decimal(38, 0) FROM ";
		Content there = content(file, duck, sums + table(file));
		Content here = content(file, ledger, sums + table);
		if (!there.equals(here)) {
			throw new SQLException("the file has " + there.rows() + " rows of " + there.costNanos()
					+ " nano-USD, the ledger " + here.rows() + " of " + here.costNanos());
		}
		return there;
	}

	private static Content content(Path file, Connection connection, String sql) throws SQLException, IOException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return new Content(String.valueOf(file.getFileName()), row.getLong(1), row.getBigDecimal(2), sha256(file));
		}
	}

	private static String table(Path file) {
		return "read_parquet(" + text(file) + ")";
	}

	private static void force(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	/** The file's name is on the disk from then on. */
	private void forceFolder() throws IOException {
		FileChannel folder;
		try {
			folder = FileChannel.open(this.directory, StandardOpenOption.READ);
		}
		catch (IOException ex) {
			// Not every system opens a folder; what cannot be opened cannot be forced.
			return;
		}
		try (folder) {
			folder.force(true);
		}
	}

	private static String sha256(Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file);
				DigestOutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(),
						MessageDigest.getInstance("SHA-256"))) {
			in.transferTo(out);
			return HexFormat.of().formatHex(out.getMessageDigest().digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static String text(Path path) {
		return "'" + path.toString().replace("'", "''") + "'";
	}

	/**
	 * A column of the ledger.
	 *
	 * @param name its name
	 * @param type PostgreSQL's name of its type
	 */
	private record Column(String name, String type) {

		String declaration() {
			return "'" + this.name + "': '" + switch (this.type) {
				case "uuid" -> "UUID";
				case "bigint" -> "BIGINT";
				case "integer" -> "INTEGER";
				case "smallint" -> "SMALLINT";
				case "boolean" -> "BOOLEAN";
				case "date" -> "DATE";
				case "timestamp with time zone" -> "TIMESTAMPTZ";
				default -> "VARCHAR";
			} + "'";
		}

	}

	/**
	 * What is in a file.
	 *
	 * @param name the file's
	 * @param rows how many
	 * @param costNanos their sum
	 * @param sha256 of the file, in hex
	 */
	record Content(String name, long rows, BigDecimal costNanos, String sha256) {

	}

}
