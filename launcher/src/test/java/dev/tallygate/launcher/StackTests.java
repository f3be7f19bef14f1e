package dev.tallygate.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * PostgreSQL and Kafka without any service: that is all this module has of its own.
 */
class StackTests {

	private static final Ports PORTS = Ports.free();

	@TempDir
	Path folder;

	@Test
	void keepsDataAndTopicsOverARestartAndKills() throws Exception {
		try (Stack stack = Stack.prepare(plan(false))) {
			stack.start((line) -> {
			});
			sql(stack, "CREATE TABLE kept (id int)");
			try (Admin admin = admin(stack)) {
				admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
			}
			AtomicBoolean stopping = new AtomicBoolean();
			long killed = stack.broker().pid();
			ProcessHandle.of(killed).orElseThrow().destroyForcibly();
			stack.database().postmaster().orElseThrow().destroyForcibly();
			new Supervisor(stack, stopping, () -> {
			}).watch();
			awaitDatabase(stack);
			awaitBroker(stack, killed);
			stopping.set(true);
		}
		try (Stack stack = Stack.prepare(plan(false))) {
			stack.start((line) -> {
			});
			sql(stack, "INSERT INTO kept VALUES (1)");
			try (Admin admin = admin(stack)) {
				assertThat(admin.listTopics().names().get()).contains("kept");
			}
		}
	}

	@Test
	void letsNobodyIntoADatabaseWithoutItsPassword() throws Exception {
		try (Stack stack = Stack.prepare(plan(true))) {
			stack.start((line) -> {
			});
			String url = "jdbc:postgresql://127.0.0.1:" + stack.ports().postgres() + "/tallygate_keys";
			for (String role : List.of("postgres", "tallygate_keys", "tallygate_gateway")) {
				assertThatExceptionOfType(SQLException.class)
					.isThrownBy(() -> DriverManager.getConnection(url, role, "wrong").close());
			}
			assertThatExceptionOfType(LaunchException.class)
				.isThrownBy(() -> Stack.prepare(new Stack.Plan(this.folder, this.folder.resolve("other"), true, false,
						1, PORTS, Map.of(), Map.of())))
				.withMessageStartingWith("In use: port ");
		}
		assertThat(this.folder.resolve("home")).doesNotExist();
	}

	@Test
	void saysThatAFolderIsDamaged() throws Exception {
		Files.createDirectories(this.folder.resolve("home/postgres/base"));
		assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> Stack.prepare(plan(false)))
			.withMessageContaining("is damaged");
		Files.writeString(this.folder.resolve("home/secrets.env"), "TALLYGATE_DEMO_KEY=x\n");
		try (Stack stack = Stack.prepare(plan(false))) {
			assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> stack.start((line) -> {
			})).withMessageContaining("postgresql.conf is missing");
		}
	}

	/** Any of them could be of the version before. */
	@Test
	void startsNoneOfSeveralBuilds() throws Exception {
		Path target = Files.createDirectories(this.folder.resolve("key-service/target"));
		Files.createFile(target.resolve("key-service-1-exec.jar"));
		Files.createFile(target.resolve("key-service-2-exec.jar"));
		assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> Stack.prepare(plan(true)))
			.withMessageStartingWith(
					"There are several builds of key-service: key-service-1-exec.jar, key-service-2-exec.jar. Delete ");
	}

	/** A part that is just being started again when all is stopped would be left over. */
	@Test
	void startsNothingAgainOnceItIsStopped() throws Exception {
		AtomicBoolean started = new AtomicBoolean();
		Stack stack = Stack.prepare(plan(true));
		stack.close();
		assertThatExceptionOfType(LaunchException.class).isThrownBy(() -> stack.restart(() -> started.set(true)));
		assertThat(started).isFalse();
	}

	private static void sql(Stack stack, String statement) throws SQLException {
		try (var connection = stack.database().connect("tallygate_keys"); var sql = connection.createStatement()) {
			sql.execute(statement);
		}
	}

	private static Admin admin(Stack stack) {
		return Admin.create(Map.of("bootstrap.servers", stack.kafka()));
	}

	private static void awaitBroker(Stack stack, long killed) throws Exception {
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (stack.broker().pid() == killed || !stack.broker().ready()) {
			assertThat(System.nanoTime()).as("waiting for the broker").isLessThan(end);
			Thread.sleep(50);
		}
	}

	private static void awaitDatabase(Stack stack) throws Exception {
		long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
		while (true) {
			try {
				sql(stack, "SELECT * FROM kept");
				return;
			}
			catch (SQLException | IllegalStateException ex) {
				assertThat(System.nanoTime()).as("waiting for the database: " + ex).isLessThan(end);
				Thread.sleep(100);
			}
		}
	}

	private Stack.Plan plan(boolean ephemeral) {
		return new Stack.Plan(this.folder, this.folder.resolve("home"), ephemeral, false, 1, PORTS,
				Map.of("PATH", System.getenv("PATH")), Map.of());
	}

}
