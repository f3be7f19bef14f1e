package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.messaging.EmbeddedDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * What is answered when a provider stalls or the database is away.
 */
class TroubleTests {

	private static final String PATH = "/api/users/me/provider-keys/slow";

	private static FakeProvider provider = FakeProvider.start();

	private static EmbeddedDatabase database = EmbeddedDatabase.create();

	private static KeyService keys = KeyService.start(database,
			"tallygate.providers.slow.base-url=" + provider.baseUrl(), "tallygate.validation.timeout=20s",
			"tallygate.validation.max-concurrent=4", "spring.datasource.hikari.connection-timeout=1000");

	@AfterAll
	static void stop() {
		keys.close();
		provider.close();
	}

	@Test
	void waitsForNoBodyOfAProvider() throws Exception {
		CountDownLatch over = new CountDownLatch(1);
		provider.answers((exchange) -> {
			exchange.sendResponseHeaders(200, 1_000_000);
			exchange.getResponseBody().write('{');
			exchange.getResponseBody().flush();
			over.await();
		});
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			List<Future<Answer>> saves = new ArrayList<>();
			long begun = System.nanoTime();
			for (int i = 0; i < 12; i++) {
				Person person = keys.member();
				saves.add(executor.submit(() -> save(person, "sk-sim-0123456789abcdef")));
			}
			for (Future<Answer> save : saves) {
				assertThat(save.get().status()).as(save.get().body()).isEqualTo(200);
			}
			// Three rounds of four; each would otherwise wait for the end of a body.
			assertThat(System.nanoTime() - begun).isLessThan(19_000_000_000L);
		}
		finally {
			over.countDown();
		}
	}

	@Test
	void judgesNoKeyByItsPredecessor() throws Exception {
		Person person = keys.member();
		provider.answers((exchange) -> FakeProvider.respond(exchange, 200));
		save(person, "sk-sim-predecessor-0123456789");
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch saved = new CountDownLatch(1);
		provider.answers((exchange) -> {
			asked.countDown();
			saved.await();
			FakeProvider.respond(exchange, 401);
		});
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<Answer> check = executor.submit(() -> keys.call("POST", PATH + "/validate", null, person.key()));
			asked.await();
			provider.answers((exchange) -> FakeProvider.respond(exchange, 200));
			assertThat(keys.call("DELETE", PATH, null, person.key()).status()).isEqualTo(200);
			assertThat(save(person, "sk-sim-successor-0123456789").status()).isEqualTo(200);
			saved.countDown();
			check.get();
		}
		assertThat(keys.get(PATH, person.key()).json().get("isValid").asBoolean()).isTrue();
		assertThat(keys.reveal(person.key(), "slow").status()).isEqualTo(200);
	}

	private static Answer save(Person person, String key) {
		return keys.call("PUT", PATH, "{\"apiKey\":\"" + key + "\"}", person.key());
	}

	@Test
	void asksToTryAgainWhileTheDatabaseIsAway() {
		Person person = keys.member();
		EmbeddedDatabase server = new EmbeddedDatabase(database.url().replaceFirst("/test_\\d+", "/postgres"),
				database.username(), database.password());
		String name = database.url().replaceFirst(".*/(test_\\d+).*", "$1");
		server.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
		try {
			server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
			for (String path : List.of("/api/users/me", "/api/users/me/keys", "/api/users/me/audit")) {
				Answer answer = keys.get(path, person.key());
				assertThat(answer.status()).as(answer.body()).isEqualTo(503);
				assertThat(answer.response().headers().firstValue("Retry-After")).isPresent();
			}
			assertThat(keys.introspect(person.key()).status()).isEqualTo(503);
			assertThat(keys.reveal(person.key(), "openai").status()).isEqualTo(503);
			assertThat(keys.internal("GET", "/internal/providers", null).status()).isEqualTo(503);
			assertThat(keys
				.internal("POST", "/internal/provider-keys/report",
						"{\"credentialId\":\"0199f3a0-7c00-7abc-8def-0123456789ab\",\"version\":1}")
				.status()).isEqualTo(503);
		}
		finally {
			server.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
		}
		await().untilAsserted(() -> assertThat(keys.get("/api/users/me", person.key()).status()).isEqualTo(200));
	}

}
