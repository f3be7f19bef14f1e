package dev.tallygate.metering.archive;

import dev.tallygate.metering.ledger.Aggregates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.QuoteMode;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * A month of the ledger as a Parquet file, with every column under its name. Written by
 * DuckDB from what is read out of PostgreSQL page by page, forced to disk, and read back.
 * However long that takes, no connection to PostgreSQL is held meanwhile.
 */
final class LedgerFile {

	/** Stands for NULL in between; no column can have it but as text, which is quoted. */
	private static final String NULL = "\\N";

	private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder()
		.setNullString(NULL)
		.setQuoteMode(QuoteMode.ALL_NON_NULL)
		.setRecordSeparator('\n')
		.get();

	private static final int PAGE = 1000;

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
	 * A table's file, apart from what anybody else may be writing for it.
	 * @param attempt one nobody else has
	 */
	Draft draft(String table, UUID attempt) {
		return new Draft(table, this.directory.resolve(table + "." + attempt + ".tmp"));
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

	private static void force(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	/** The files' names are on the disk from then on. */
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

	private static String text(Path path) {
		return "'" + path.toString().replace("'", "''") + "'";
	}

	/**
	 * A file that has no name yet. Closing it leaves nothing of it but what was
	 * published.
	 */
	final class Draft implements AutoCloseable {

		private final String table;

		private final Path folder;

		private final Path file;

		private Draft(String table, Path folder) {
			this.table = table;
			this.folder = folder;
			this.file = folder.resolve(table + ".parquet");
		}

		/**
		 * Writes the table, which nobody changes any more, and says what is in the file.
		 * What instances that were killed have left goes before.
		 * @throws IOException when it cannot be written
		 * @throws SQLException when DuckDB fails
		 */
		Content write(JdbcTemplate ledger) throws IOException, SQLException {
			deleteLeft();
			Files.createDirectories(this.folder);
			List<Column> columns = columns(ledger);
			Path csv = this.folder.resolve(this.table + ".csv");
			copyOut(ledger, columns, csv);
			try (Connection duck = open(); Statement statement = duck.createStatement()) {
				statement.execute("COPY (SELECT * FROM read_csv(" + text(csv)
						+ ", header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '"
						+ NULL + "', allow_quoted_nulls = false, columns = {"
						+ columns.stream().map(Column::declaration).collect(Collectors.joining(", ")) + "})) TO "
						+ text(this.file) + " (FORMAT parquet, COMPRESSION zstd)");
				Files.delete(csv);
				force(this.file);
				try (ResultSet row = statement
					.executeQuery("SELECT count(*), coalesce(sum(cost_nanos), 0)::decimal(38, 0) FROM " + readBack())) {
					row.next();
					return new Content(this.table + ".parquet", row.getLong(1), row.getBigDecimal(2),
							sha256(this.file));
				}
			}
		}

		/**
		 * Reads what the file sums up to, by the very query that makes the aggregates.
		 * The reader is called when DuckDB has summed up.
		 */
		<T> T sums(SumsReader<T> reader) throws SQLException {
			try (Connection duck = open();
					Statement select = duck.createStatement();
					ResultSet sums = select.executeQuery(Aggregates.sumsOf(readBack()))) {
				return reader.read(sums);
			}
		}

		/** Gives it its name, in place of any other of that name. */
		void publish() throws IOException {
			Files.move(this.file, LedgerFile.this.directory.resolve(this.table + ".parquet"),
					StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
			forceFolder();
		}

		@Override
		public void close() throws IOException {
			FileSystemUtils.deleteRecursively(this.folder);
		}

		private void deleteLeft() throws IOException {
			Files.createDirectories(LedgerFile.this.directory);
			try (DirectoryStream<Path> left = Files.newDirectoryStream(LedgerFile.this.directory,
					this.table + ".*.tmp")) {
				for (Path each : left) {
					FileSystemUtils.deleteRecursively(each);
				}
			}
		}

		private String readBack() {
			return "read_parquet(" + text(this.file) + ")";
		}

		private Connection open() throws SQLException {
			Properties properties = new Properties();
			properties.setProperty("memory_limit", LedgerFile.this.memory + "MiB");
			properties.setProperty("threads", "1");
			properties.setProperty("temp_directory", this.folder.resolve("spilled").toString());
			return DriverManager.getConnection("jdbc:duckdb:", properties);
		}

		private List<Column> columns(JdbcTemplate ledger) {
			return ledger.query(
					"SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = ?::regclass"
							+ " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
					(row, number) -> new Column(row.getString(1), row.getString(2)), this.table);
		}

		/** In the order of the primary key, a statement a page. */
		private void copyOut(JdbcTemplate ledger, List<Column> columns, Path csv) throws IOException {
			String select = "SELECT l.user_id, l.event_id, "
					+ columns.stream().map(Column::asText).collect(Collectors.joining(", ")) + " FROM " + this.table
					+ " l WHERE (l.user_id, l.event_id) > (?, ?) ORDER BY l.user_id, l.event_id LIMIT " + PAGE;
			try (CSVPrinter out = new CSVPrinter(Files.newBufferedWriter(csv), FORMAT)) {
				Line last = new Line(new UUID(0, 0), new UUID(0, 0), List.of());
				List<Line> page;
				do {
					page = ledger.query(select, (row, number) -> Line.read(row, columns.size()), last.user(),
							last.event());
					for (Line line : page) {
						out.printRecord(line.values());
						last = line;
					}
				}
				while (page.size() == PAGE);
			}
		}

	}

	/** A row as text, and its key. */
	private record Line(UUID user, UUID event, List<@Nullable String> values) {

		static Line read(ResultSet row, int columns) throws SQLException {
			List<@Nullable String> values = new ArrayList<>(columns);
			for (int i = 1; i <= columns; i++) {
				values.add(row.getString(2 + i));
			}
			return new Line(row.getObject(1, UUID.class), row.getObject(2, UUID.class), values);
		}

	}

	/** Takes the sums of a file, rows of {@link Aggregates#sumsOf}. */
	interface SumsReader<T> {

		T read(ResultSet sums) throws SQLException;

	}

	/**
	 * A column of the ledger.
	 *
	 * @param name its name
	 * @param type PostgreSQL's name of its type
	 */
	private record Column(String name, String type) {

		/** Whatever the connection's time zone. */
		String asText() {
			return this.type.equals("timestamp with time zone")
					? "(l." + this.name + " AT TIME ZONE 'UTC')::text || '+00'" : "l." + this.name + "::text";
		}

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
