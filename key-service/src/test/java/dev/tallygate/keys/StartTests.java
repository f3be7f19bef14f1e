package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.messaging.EmbeddedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class StartTests {

	/** One of each place where a secret is taken in; each try is nearly a whole start. */
	@Test
	void refusesToStartWithABadSecretInOneLine(CapturedOutput output) {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		assertRefused(database, output, "TALLYGATE_MASTER_KEY is not set", "tallygate.master-key=");
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
	void keepsARevokedBootstrapKeyRevokedAndMindsNoKeyOfItsName(CapturedOutput output) {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		String own = "/api/users/me/keys/00000000-0000-7000-8000-000000000001";
		String left;
		try (KeyService keys = KeyService.start(database)) {
			left = keys.admin().key();
			assertThat(keys.call("DELETE", own, null, KeyService.ADMIN_KEY).status()).isEqualTo(204);
			String admin = "/api/users/00000000-0000-7000-8000-000000000001/keys";
			assertThat(keys.call("POST", admin, "{\"name\":\"bootstrap\"}", left).status()).isEqualTo(201);
		}
		try (KeyService keys = KeyService.start(database)) {
			assertThat(keys.get("/api/users/me", KeyService.ADMIN_KEY).status()).isEqualTo(401);
			assertThat(keys.get("/api/users/me", left).status()).isEqualTo(200);
			assertThat(output.getAll()).contains("was revoked and stays so").doesNotContain(KeyService.ADMIN_KEY);
		}
		String another = "Another.Kx9vQ2mTz7Lw4RnB3cY6hD1gF5jP0aS8";
		try (KeyService keys = KeyService.start(database, "tallygate.admin-key=" + another)) {
			assertThat(keys.get("/api/users/me/keys", another).json().get("data").findValuesAsString("name"))
				.contains("bootstrap", "bootstrap-2");
			assertThat(keys.get("/api/users/me", KeyService.ADMIN_KEY).status()).isEqualTo(401);
		}
	}

	@Test
	void stopsAGatewayThatWantsTooManyDifferentKeysAndAServiceThatAsksAboutTooManyTokens() {
		try (KeyService keys = KeyService.start("tallygate.reveals.distinct-per-minute=5",
				"tallygate.introspections.per-second=2")) {
			stopsAGatewayThatWantsTooManyDifferentKeys(keys);
			stopsAServiceThatAsksAboutTooManyTokens(keys);
		}
	}

	private static void stopsAGatewayThatWantsTooManyDifferentKeys(KeyService keys) {
		// Ready before the minute begins, for what follows to fit into it on any machine.
		List<Person> people = Stream.generate(keys::member).limit(10).toList();
		for (Person person : people) {
			keys.call("PUT", "/api/users/me/provider-keys/ollama", "{\"apiKey\":\"sk-secret-0123456789\"}",
					person.key());
		}
		assertThat(people).filteredOn((person) -> keys.reveal(person.key(), "ollama").status() == 429).hasSize(5);
		assertThat(people)
			.allSatisfy((person) -> assertThat(keys.reveal(person.id(), "ollama").status()).isEqualTo(404));
		int port = Integer.parseInt(keys.managementPort());
		assertThat(KeyService.send(port, "GET", "/actuator/prometheus", null, "text/plain", null).body())
			.containsPattern("tallygate_reveals_alarms_total(\\{[^}]*\\})? 5");
	}

	private static void stopsAServiceThatAsksAboutTooManyTokens(KeyService keys) {
		String good = keys.member().key();
		// At two a second even a slow machine floods it.
		assertThat(IntStream.range(0, 50).mapToObj((i) -> keys.introspect("made-up-token-of-some-length-" + i)))
			.filteredOn((answer) -> answer.status() == 429)
			.isNotEmpty()
			.allSatisfy((answer) -> assertThat(answer.response().headers().firstValue("Retry-After")).contains("1"));
		// Another service is not made to pay for it.
		assertThat(keys.introspectAs("gateway", KeyService.GATEWAY_SECRET, good).json().at("/active").asBoolean(false))
			.isTrue();
		await().untilAsserted(() -> assertThat(keys.introspect(good).json().at("/active").asBoolean(false)).isTrue());
	}

}
