package dev.tallygate.messaging;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A real PostgreSQL server that all tests of a JVM share, with a database for each that
 * asks: in a container where Docker answers, else from embedded binaries. Or one that
 * runs somewhere, such as a Citus cluster's coordinator:
 * {@code -Dtallygate.test.database=jdbc:postgresql://host:5432/{database}}, whose
 * superuser is {@code postgres} with {@code -Dtallygate.test.database-password}; with
 * {@code -Dtallygate.test.citus=true} every database is on all nodes of that cluster.
 * What is made there stays there.
 *
 * @param url JDBC URL
 * @param username a superuser
 * @param password its password
 */
public record EmbeddedDatabase(String url, String username, String password) {

	private static final @Nullable String ELSEWHERE = System.getProperty("tallygate.test.database");

	/** Whether that is a Citus cluster's coordinator. */
	public static final boolean ON_CITUS = Boolean.getBoolean("tallygate.test.citus");

	/** Each is a table on a worker: the fewer, the sooner a test begins. */
	private static final String FEW_SHARDS = "SET citus.shard_count = 4;\n";

	private static final AtomicLong NUMBER = new AtomicLong((ELSEWHERE != null) ? System.currentTimeMillis() : 0);

	private static final String USER = "postgres";

	private static final String PASSWORD = System.getProperty("tallygate.test.database-password", USER);

	private static @Nullable Server server;

	/** A new, empty database. */
	public static EmbeddedDatabase create() {
		String name = "test_" + NUMBER.incrementAndGet();
		Server postgres = server();
		new EmbeddedDatabase(postgres.url("postgres"), USER, PASSWORD).execute("CREATE DATABASE " + name);
		EmbeddedDatabase database = new EmbeddedDatabase(postgres.url(name), USER, PASSWORD);
		if (ON_CITUS) {
			CitusNodes.of(new EmbeddedDatabase(postgres.url("postgres"), USER, PASSWORD)).add(database, name);
		}
		return database;
	}

	/**
	 * Spreads the tables over the workers where this is a Citus cluster; else leaves all
	 * as it is.
	 * @param script what does so
	 */
	public void spread(Path script) {
		if (ON_CITUS) {
			try {
				execute(FEW_SHARDS + Files.readString(script));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	/** Connections without a pool. */
	public DataSource dataSource() {
		return new DriverManagerDataSource(this.url, this.username, this.password);
	}

	/**
	 * Runs a statement or script.
	 */
	public void execute(String sql) {
		try (Connection connection = dataSource().getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static synchronized Server server() {
		if (server == null) {
			server = (ELSEWHERE != null) ? elsewhere(ELSEWHERE) : Containers.orElse(DatabaseInContainer.IMAGE,
					EmbeddedDatabase::inContainer, EmbeddedDatabase::embedded);
		}
		return server;
	}

	private static Server elsewhere(String url) {
		return (database) -> url.replace("{database}", database);
	}

	private static Server embedded() {
		try {
			EmbeddedPostgres postgres = EmbeddedPostgres.builder()
				.setServerConfig("max_connections", "200")
				.setServerConfig("fsync", "off")
				.start();
			// A user in the URL goes before any that is given beside it.
			return (database) -> postgres.getJdbcUrl(USER, database).replaceFirst("\\?.*", "");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Server inContainer() {
		return DatabaseInContainer.start();
	}

	/**
	 * Where it runs; {@code postgres} is its superuser and that one's password.
	 */
	interface Server {

		/** The JDBC URL of a database. */
		String url(String database);

	}

}
