package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.messaging.EmbeddedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import tools.jackson.databind.JsonNode;

import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class StartTests {

	private static final String THIRD_MASTER_KEY = "k1:c2e8175fa09b3d64f1d70a8e52bc963418fe7d20ab59e6c3074f91d8b6a3520e";

	@Test
	void refusesToStartWithABadSecretInOneLine(CapturedOutput output) {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		assertRefused(database, output, "TALLYGATE_MASTER_KEY is not set", "tallygate.master-key=");
		assertRefused(database, output, "not exactly 64 hex digits", "tallygate.master-key=k1:abc");
		assertRefused(database, output, "is shorter than 32 characters", "tallygate.service.secret.gateway=short");
		assertRefused(database, output, "TALLYGATE_ADMIN_KEY is not 32 to 1024", "tallygate.admin-key=short");
		assertRefused(database, output, "OPENAI_API_KEY is no API key", "OPENAI_API_KEY=short");
		assertRefused(database, output, "The database cannot be reached",
				"spring.datasource.url=jdbc:postgresql://127.0.0.1:1/x");
	}

	private static void assertRefused(EmbeddedDatabase database, CapturedOutput output, String words, String property) {
		int before = output.getAll().length();
		assertThatThrownBy(
				() -> KeyService.run(database, property, "spring.datasource.hikari.initialization-fail-timeout=1",
						"spring.datasource.hikari.connection-timeout=1000"))
			.isInstanceOf(Exception.class);
		String said = output.getAll().substring(before);
		assertThat(said.lines().filter((line) -> line.contains("Cannot start:"))).singleElement()
			.asString()
			.contains(words);
		assertThat(said).doesNotContain("APPLICATION FAILED TO START");
	}

	@Test
	void generatesAnAdministratorsKeyIntoAFileForItsOwnerOnly(@TempDir Path folder, CapturedOutput output)
			throws Exception {
		Path file = folder.resolve("deep/admin.key");
		EmbeddedDatabase database = EmbeddedDatabase.create();
		String key;
		try (KeyService keys = KeyService.start(database, "tallygate.admin-key=", "tallygate.admin.key-file=" + file)) {
			key = Files.readString(file).strip();
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
			assertThat(keys.get("/api/users", key).status()).isEqualTo(200);
			assertThat(output.getAll()).contains(file.toString()).doesNotContain(key);
		}
		try (KeyService keys = KeyService.start(database)) {
			assertThat(keys.get("/api/users", key).status()).isEqualTo(401);
			assertThat(keys.get("/api/users", KeyService.ADMIN_KEY).status()).isEqualTo(200);
		}
	}

	@Test
	void rotatesTheMasterKeyWhileItServes() throws Exception {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		String both = KeyService.SECOND_MASTER_KEY + "," + KeyService.MASTER_KEY;
		String both1 = KeyService.MASTER_KEY + "," + KeyService.SECOND_MASTER_KEY;
		List<Person> people = new ArrayList<>();
		int records = Integer.getInteger("rewrap.records", 40);
		try (KeyService keys = KeyService.start(database, "tallygate.master-key=" + both1)) {
			for (int i = 0; i < records; i++) {
				Person person = keys.member();
				keys.call("PUT", "/api/users/me/provider-keys/ollama", "{\"apiKey\":\"" + keyOf(person) + "\"}",
						person.key());
				people.add(person);
			}
		}
		assertThat(Dump.of(database)).doesNotContain("sk-secret")
			.doesNotContain(hex("sk-secret"))
			.doesNotContain("tg_dev_" + people.getFirst().key().substring(12));
		try (KeyService keys = KeyService.start(database, "tallygate.master-key=" + both);
				KeyService replica = KeyService.start(database, "tallygate.master-key=" + both)) {
			AtomicBoolean done = new AtomicBoolean();
			AtomicInteger reveals = new AtomicInteger();
			try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
				Future<?> load = executor.submit(() -> {
					while (!done.get()) {
						Person person = people.get(reveals.getAndIncrement() % people.size());
						assertThat(keys.reveal(person.key(), "ollama").json().get("apiKey").asString())
							.isEqualTo(keyOf(person));
					}
				});
				assertThat(keys.call("POST", "/api/master-keys/rewrap", null, KeyService.ADMIN_KEY).status())
					.isEqualTo(202);
				replica.call("POST", "/api/master-keys/rewrap", null, KeyService.ADMIN_KEY);
				await().atMost(Duration.ofSeconds(30)).until(() -> recordsUnder(keys, "k1") == 0);
				done.set(true);
				load.get();
			}
			assertThat(reveals.get()).isPositive();
			assertThat(recordsUnder(keys, "k2")).isEqualTo(records + 2);
			await().untilAsserted(() -> assertThat(
					keys.get("/api/master-keys", KeyService.ADMIN_KEY).json().at("/rewrap/running").asBoolean())
				.isFalse());
		}
		try (KeyService keys = KeyService.start(database, "tallygate.master-key=" + KeyService.SECOND_MASTER_KEY)) {
			assertThat(keys.reveal(people.getFirst().key(), "ollama").json().get("apiKey").asString())
				.isEqualTo(keyOf(people.getFirst()));
			assertThat(keys.get("/api/audit/verify", KeyService.ADMIN_KEY).json().get("entries").asInt()).isPositive();
		}
		String before = Dump.of(database);
		assertThatThrownBy(() -> KeyService.run(database, "tallygate.master-key=" + KeyService.MASTER_KEY))
			.hasStackTraceContaining("lacks the key 'k2'");
		assertThatThrownBy(() -> KeyService.run(database,
				"tallygate.master-key=" + KeyService.SECOND_MASTER_KEY + "," + THIRD_MASTER_KEY))
			.hasStackTraceContaining("has another key 'k1'");
		assertThat(Dump.of(database)).isEqualTo(before);
	}

	private static String keyOf(Person person) {
		return "sk-secret-" + person.id();
	}

	private static String hex(String text) {
		return java.util.HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
	}

	private static long recordsUnder(KeyService keys, String id) {
		for (JsonNode key : keys.get("/api/master-keys", KeyService.ADMIN_KEY).json().get("data")) {
			if (key.get("id").asString().equals(id)) {
				return key.get("records").asLong();
			}
		}
		return 0;
	}

	@Test
	void servesWithARoleThatMayDoNoMoreThanItMust() throws Exception {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		// The URL of the test server names its superuser.
		String url = database.url().replaceAll("\\?.*", "");
		String suffix = url.replaceAll(".*/(\\w+).*", "$1");
		String owner = "owner_" + suffix;
		String app = "app_" + suffix;
		database.execute("CREATE ROLE " + owner + " LOGIN PASSWORD 'owner'; CREATE ROLE " + app
				+ " LOGIN PASSWORD 'app'; " + "ALTER SCHEMA public OWNER TO " + owner
				+ "; REVOKE ALL ON SCHEMA public FROM PUBLIC; " + "GRANT USAGE ON SCHEMA public TO " + app);
		try (KeyService keys = KeyService.start(database, "spring.datasource.url=" + url,
				"spring.datasource.username=" + app, "spring.datasource.password=app", "spring.flyway.user=" + owner,
				"spring.flyway.password=owner")) {
			Person person = keys.member();
			assertThat(keys.reveal(person.key(), "openai").status()).isEqualTo(200);
			assertThat(keys.call("DELETE", "/api/users/me", null, person.key()).status()).isEqualTo(204);
			try (Connection connection = DriverManager.getConnection(url, app, "app");
					Statement statement = connection.createStatement()) {
				for (String forbidden : List.of("UPDATE audit_entry SET outcome = 'x'", "DELETE FROM audit_entry",
						"TRUNCATE audit_entry", "ALTER TABLE audit_entry DISABLE TRIGGER ALL", "DROP TABLE audit_entry",
						"UPDATE master_key SET check_value = ''", "DELETE FROM master_key", "TRUNCATE sealed_secret",
						"TRUNCATE app_user CASCADE", "TRUNCATE api_key CASCADE", "CREATE TABLE x (y int)",
						"CREATE SCHEMA x", "DROP TABLE sealed_secret", "ALTER TABLE app_user ADD x int",
						"CREATE ROLE x", "COPY app_user TO PROGRAM 'cat'", "SET ROLE " + owner,
						"DELETE FROM departed_subject", "TRUNCATE outbox", "UPDATE outbox SET topic = 'x'",
						"DELETE FROM flyway_schema_history", "DELETE FROM dead_letter",
						"UPDATE dead_letter SET reason = ''",
						"CREATE OR REPLACE FUNCTION audit_entry_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
						"DROP TRIGGER audit_entry_is_for_ever ON audit_entry")) {
					assertThatThrownBy(() -> statement.execute(forbidden), forbidden).isInstanceOf(SQLException.class)
						.extracting((ex) -> ((SQLException) ex).getSQLState())
						.isEqualTo("42501");
				}
			}
		}
	}

	@Test
	void stopsAGatewayThatWantsTooManyDifferentKeys() {
		try (KeyService keys = KeyService.start("tallygate.reveals.distinct-per-minute=5",
				"tallygate.introspections.per-second=50")) {
			int limited = 0;
			for (int i = 0; i < 10; i++) {
				Person person = keys.member();
				keys.call("PUT", "/api/users/me/provider-keys/ollama", "{\"apiKey\":\"sk-secret-0123456789\"}",
						person.key());
				limited += (keys.reveal(person.key(), "ollama").status() == 429) ? 1 : 0;
				assertThat(keys.reveal(person.id(), "ollama").status()).isEqualTo(404);
			}
			assertThat(limited).isEqualTo(5);
			int port = Integer.parseInt(keys.managementPort());
			assertThat(KeyService.send(port, "GET", "/actuator/prometheus", null, "text/plain", null).body())
				.containsPattern("tallygate_reveals_alarms_total(\\{[^}]*\\})? 5");
			stopsAServiceThatAsksAboutTooManyTokens(keys);
		}
	}

	private static void stopsAServiceThatAsksAboutTooManyTokens(KeyService keys) {
		String good = keys.member().key();
		await().untilAsserted(() -> assertThat(keys.introspect(good).status()).isEqualTo(200));
		List<KeyService.Answer> flood = new ArrayList<>();
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<KeyService.Answer>> answers = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				String token = "made-up-token-of-some-length-" + i;
				answers.add(executor.submit(() -> keys.introspect(token)));
			}
			for (Future<KeyService.Answer> answer : answers) {
				flood.add(answer.get());
			}
		}
		catch (InterruptedException | java.util.concurrent.ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
		assertThat(flood).filteredOn((answer) -> answer.status() == 429)
			.isNotEmpty()
			.allSatisfy((answer) -> assertThat(answer.response().headers().firstValue("Retry-After")).contains("1"));
		// Another service is not made to pay for it.
		assertThat(KeyService
			.send(keys.internalPort(), "POST", "/internal/introspect", "token=" + good,
					"application/x-www-form-urlencoded", KeyService.basic("gateway", KeyService.GATEWAY_SECRET))
			.status()).isEqualTo(200);
		await().untilAsserted(() -> assertThat(keys.introspect(good).json().at("/active").asBoolean(false)).isTrue());
	}

}
