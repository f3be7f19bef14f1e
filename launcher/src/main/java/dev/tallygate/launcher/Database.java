package dev.tallygate.launcher;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The embedded PostgreSQL, with a database, an owner who migrates and a run-time role for
 * every service.
 */
public final class Database implements AutoCloseable {

	private static final Duration STARTUP = Duration.ofSeconds(30);

	private static final String SUPERUSER_SECRET = "POSTGRES_PASSWORD";

	private final Path directory;

	private final Path log;

	private final Ports ports;

	private final Secrets secrets;

	private @Nullable EmbeddedPostgres server;

	Database(Path home, Path log, Ports ports, Secrets secrets) {
		this.directory = home.resolve("postgres");
		this.log = log;
		this.ports = ports;
		this.secrets = secrets;
	}

	/**
	 * How a service gets at its database.
	 */
	record Access(String url, String role, String password, String owner, String ownerPassword) {

	}

	static Access access(Service service, Ports ports, Secrets secrets) {
		String name = "tallygate_" + service.caller();
		return new Access("jdbc:postgresql://" + Ports.HOST + ":" + ports.postgres() + "/" + name, name,
				secrets.get("POSTGRES_PASSWORD_" + service.name()), name + "_owner",
				secrets.get("POSTGRES_OWNER_PASSWORD_" + service.name()));
	}

	/**
	 * Starts the server and makes what is missing in it.
	 */
	public synchronized void start() {
		boolean fresh = !Files.exists(this.directory);
		if (!fresh && !Files.exists(this.directory.resolve("postgresql.conf"))) {
			throw damaged("postgresql.conf is missing", null);
		}
		try {
			EmbeddedPostgres server = EmbeddedPostgres.builder()
				.setDataDirectory(this.directory)
				.setCleanDataDirectory(false)
				.setRegisterShutdownHook(false)
				.setPort(this.ports.postgres())
				.setPGStartupWait(STARTUP)
				.setConnectConfig("password", this.secrets.get(SUPERUSER_SECRET))
				.setServerConfig("listen_addresses", Ports.HOST)
				.setServerConfig("unix_socket_directories", "")
				.setServerConfig("fsync", "on")
				.setServerConfig("synchronous_commit", "on")
				.setServerConfig("shared_buffers", "64MB")
				.setServerConfig("max_connections", "200")
				.setLocaleConfig("locale", "C.UTF-8")
				.setOutputRedirector(ProcessBuilder.Redirect.appendTo(this.log.toFile()))
				.start();
			this.server = server;
			provision(server);
		}
		catch (IOException | SQLException | IllegalStateException ex) {
			stop();
			throw damaged("PostgreSQL does not start on it: " + LogTail.lastLine(this.log, ex), ex);
		}
	}

	private LaunchException damaged(String why, @Nullable Throwable cause) {
		String message = "The data folder " + this.directory + " is damaged (" + why
				+ "). Put it back from a copy, or move the whole data folder away to start afresh.";
		return (cause != null) ? new LaunchException(message, cause) : new LaunchException(message);
	}

	private void provision(EmbeddedPostgres server) throws SQLException, IOException {
		try (Connection connection = server.getPostgresDatabase().getConnection();
				Statement sql = connection.createStatement()) {
			role(sql, "postgres", this.secrets.get(SUPERUSER_SECRET));
			for (Service service : Service.values()) {
				if (service.hasDatabase()) {
					provision(sql, access(service, this.ports, this.secrets));
				}
			}
			requirePasswords(sql);
		}
	}

	private static void provision(Statement sql, Access access) throws SQLException {
		role(sql, access.owner(), access.ownerPassword());
		role(sql, access.role(), access.password());
		if (!exists(sql, "SELECT 1 FROM pg_database WHERE datname = '" + access.role() + "'")) {
			sql.execute("CREATE DATABASE " + access.role() + " OWNER " + access.owner());
			sql.execute("REVOKE ALL ON DATABASE " + access.role() + " FROM PUBLIC");
			sql.execute("GRANT CONNECT, TEMPORARY ON DATABASE " + access.role() + " TO " + access.role());
		}
	}

	private static void role(Statement sql, String role, String password) throws SQLException {
		boolean exists = exists(sql, "SELECT 1 FROM pg_roles WHERE rolname = '" + role + "'");
		sql.execute((exists ? "ALTER" : "CREATE") + " ROLE " + role + " LOGIN PASSWORD '" + password + "'");
	}

	private static boolean exists(Statement sql, String query) throws SQLException {
		try (ResultSet rows = sql.executeQuery(query)) {
			return rows.next();
		}
	}

	/** The server is made with trust in every local process; from here on it has none. */
	private void requirePasswords(Statement sql) throws IOException, SQLException {
		Path rules = this.directory.resolve("pg_hba.conf");
		String wanted = "host all all 127.0.0.1/32 scram-sha-256\n";
		if (!Files.readString(rules, StandardCharsets.UTF_8).equals(wanted)) {
			Files.writeString(rules, wanted, StandardCharsets.UTF_8);
			sql.execute("SELECT pg_reload_conf()");
		}
	}

	/** A server that outlived a killed launcher would hold port and folder. */
	void stopLeftOver() {
		postmaster().ifPresent((process) -> {
			process.destroy();
			try {
				process.onExit().get(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (ExecutionException | TimeoutException ex) {
				process.destroyForcibly();
			}
		});
	}

	/** The running server's first process. */
	public Optional<ProcessHandle> postmaster() {
		try {
			List<String> lines = Files.readAllLines(this.directory.resolve("postmaster.pid"));
			return ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
				.filter((process) -> process.info().command().orElse("").endsWith("postgres"));
		}
		catch (IOException | NumberFormatException | NoSuchElementException ex) {
			return Optional.empty();
		}
	}

	/** A connection of the superuser to a database, for tests that look inside. */
	public Connection connect(String database) throws SQLException {
		EmbeddedPostgres running = this.server;
		if (running == null) {
			throw new IllegalStateException("PostgreSQL is not running");
		}
		return running.getDatabase("postgres", database, Map.of("password", this.secrets.get(SUPERUSER_SECRET)))
			.getConnection();
	}

	/** Stops the server; its data stays. */
	public synchronized void stop() {
		EmbeddedPostgres running = this.server;
		this.server = null;
		if (running == null) {
			return;
		}
		try {
			running.close();
		}
		catch (IOException ex) {
			throw new LaunchException("PostgreSQL did not stop: " + ex.getMessage(), ex);
		}
	}

	@Override
	public void close() {
		stop();
	}

}
