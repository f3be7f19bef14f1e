package dev.tallygate.messaging;

import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * PostgreSQL in a container; it ends with the JVM.
 */
final class DatabaseInContainer {

	static final String IMAGE = "postgres:18";

	private static final String SUPERUSER = "postgres";

	private static final int PORT = 5432;

	private DatabaseInContainer() {
	}

	static EmbeddedDatabase.Server start() {
		PostgreSQLContainer container = new PostgreSQLContainer(IMAGE).withUsername(SUPERUSER)
			.withPassword(SUPERUSER)
			.withDatabaseName(SUPERUSER)
			.withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200");
		container.start();
		// Where Ryuk is switched off nobody else would remove it.
		Runtime.getRuntime().addShutdownHook(new Thread(container::stop, "postgres-container-stop"));
		return (database) -> "jdbc:postgresql://" + container.getHost() + ":" + container.getMappedPort(PORT) + "/"
				+ database;
	}

}
