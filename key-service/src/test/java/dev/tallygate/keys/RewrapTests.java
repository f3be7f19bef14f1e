package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.keys.vault.RewrapProcess;
import dev.tallygate.messaging.EmbeddedDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The master key is rotated while key-service serves and whoever re-wraps is killed again
 * and again. {@code -Drewrap.records} and {@code -Drewrap.kills} make it long.
 */
class RewrapTests {

	private static final int RECORDS = Integer.getInteger("rewrap.records", 1000);

	private static final int KILLS = Integer.getInteger("rewrap.kills", 3);

	private static final String OLD_FIRST = KeyService.MASTER_KEY + "," + KeyService.SECOND_MASTER_KEY;

	private static final String NEW_FIRST = KeyService.SECOND_MASTER_KEY + "," + KeyService.MASTER_KEY;

	private static final String ANOTHER_KEY = "k1:c2e8175fa09b3d64f1d70a8e52bc963418fe7d20ab59e6c3074f91d8b6a3520e";

	/** How many records are re-wrapped in one transaction. */
	private static final int BATCH = 100;

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final EmbeddedDatabase database = EmbeddedDatabase.create();

	private final List<Person> people = new ArrayList<>();

	private final long seed = Long.getLong("rewrap.seed", System.nanoTime());

	@Test
	void rotatesTheMasterKeyWhileItServesHoweverOftenTheRewrapperIsKilled() throws Exception {
		fill();
		try (KeyService keys = start(NEW_FIRST); Callers callers = new Callers(keys, this.people)) {
			killRewrappers();
			assertThat(count("master_key_id = 'k1'")).isPositive();
			assertThat(keys.call("POST", "/api/master-keys/rewrap", null, KeyService.ADMIN_KEY).status())
				.isEqualTo(202);
			try (RewrapProcess replica = RewrapProcess.start(this.database, NEW_FIRST)) {
				await().atMost(PATIENCE).until(() -> count("master_key_id = 'k1'") == 0);
				replica.awaitEnd();
			}
			await().untilAsserted(() -> assertThat(
					keys.get("/api/master-keys", KeyService.ADMIN_KEY).json().at("/rewrap/running").asBoolean())
				.isFalse());
			callers.stop();
			assertThat(callers.failures).isEmpty();
			assertThat(callers.reveals).hasPositiveValue();
		}
		// The audit's key and the operator's are among the records.
		assertThat(count("master_key_id = 'k2'")).isEqualTo(RECORDS + this.people.size() + 2L);
		try (KeyService keys = start(KeyService.SECOND_MASTER_KEY)) {
			assertThat(RewrapProcess.undecryptable(this.database, KeyService.SECOND_MASTER_KEY)).isZero();
			assertThat(this.people).allSatisfy((person) -> assertThat(revealed(keys, person)).isEqualTo(keyOf(person)));
			assertThat(keys.get("/api/audit/verify", KeyService.ADMIN_KEY).json().get("entries").asInt()).isPositive();
		}
		refusesToStartWithKeysThatDoNotBelongToTheDatabase();
	}

	/** Some people's keys before and after many of nobody's. */
	private void fill() {
		try (KeyService keys = start(OLD_FIRST)) {
			join(keys);
			RewrapProcess.fill(this.database, OLD_FIRST, RECORDS);
			join(keys);
		}
		assertThat(count("master_key_id = 'k1'")).isEqualTo(RECORDS + this.people.size() + 2L);
		assertThat(Dump.of(this.database)).doesNotContain("sk-secret")
			.doesNotContain(HexFormat.of().formatHex("sk-secret".getBytes(StandardCharsets.US_ASCII)))
			.doesNotContain(this.people.getFirst().key().substring(12));
		// Holds a re-wrapper at a chosen row, however fast the machine is, until it is
		// killed.
		this.database.execute("""
				CREATE SEQUENCE row_number;
				CREATE TABLE stop (at bigint);
				INSERT INTO stop VALUES (0);
				CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
				    IF nextval('row_number') = (SELECT at FROM stop) THEN PERFORM pg_sleep(3600); END IF;
				    RETURN NEW;
				END $$;
				CREATE TRIGGER stop BEFORE UPDATE ON sealed_secret FOR EACH ROW EXECUTE FUNCTION stop();
				DO $$ BEGIN
				    EXECUTE format('ALTER DATABASE %I SET client_connection_check_interval = 50', current_database());
				END $$""");
	}

	private void join(KeyService keys) {
		for (int i = 0; i < 3; i++) {
			Person person = keys.member();
			assertThat(keys
				.call("PUT", "/api/users/me/provider-keys/ollama", "{\"apiKey\":\"" + keyOf(person) + "\"}",
						person.key())
				.status()).isEqualTo(200);
			this.people.add(person);
		}
	}

	/** Each goes on where the one before it was killed. */
	private void killRewrappers() throws Exception {
		Random random = new Random(this.seed);
		long all = count("true");
		for (int i = 0; i < KILLS; i++) {
			long before = count("master_key_id = 'k2'");
			int row = 1 + random.nextInt((int) (all - before) / (KILLS - i + 1));
			String round = "kill " + i + " of seed " + this.seed + ", at row " + row;
			this.database.execute("ALTER SEQUENCE row_number RESTART; UPDATE stop SET at = " + row);
			try (RewrapProcess victim = RewrapProcess.start(this.database, NEW_FIRST)) {
				await(round).atMost(PATIENCE).until(() -> held() == 1);
				victim.kill();
			}
			await(round).atMost(PATIENCE).until(() -> held() == 0);
			assertThat(count("true")).as(round).isEqualTo(all);
			assertThat(count("master_key_id = 'k2'")).as(round).isEqualTo(before + (row - 1L) / BATCH * BATCH);
			assertThat(RewrapProcess.undecryptable(this.database, NEW_FIRST)).as(round).isZero();
		}
		this.database.execute("UPDATE stop SET at = 0");
	}

	private long held() {
		return number(
				"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'");
	}

	private void refusesToStartWithKeysThatDoNotBelongToTheDatabase() {
		String before = Dump.of(this.database);
		assertThatThrownBy(() -> start(KeyService.MASTER_KEY).close()).hasStackTraceContaining("lacks the key 'k2'");
		assertThatThrownBy(() -> start(KeyService.SECOND_MASTER_KEY + "," + ANOTHER_KEY).close())
			.hasStackTraceContaining("has another key 'k1'");
		assertThat(Dump.of(this.database)).isEqualTo(before);
	}

	private KeyService start(String masterKey) {
		return KeyService.start(this.database, "tallygate.master-key=" + masterKey);
	}

	private long count(String condition) {
		return number("SELECT count(*) FROM sealed_secret WHERE " + condition);
	}

	private long number(String query) {
		return JdbcClient.create(this.database.dataSource()).sql(query).query(Long.class).single();
	}

	private static String keyOf(Person person) {
		return "sk-secret-" + person.id();
	}

	private static String revealed(KeyService keys, Person person) {
		Answer answer = keys.reveal(person.key(), "ollama");
		return (answer.status() == 200) ? answer.json().at("/apiKey").asString("") : answer.toString();
	}

	/** Wants keys without a pause. */
	private static final class Callers implements AutoCloseable {

		private final AtomicBoolean stopped = new AtomicBoolean();

		private final AtomicInteger reveals = new AtomicInteger();

		private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

		private final Thread thread;

		Callers(KeyService keys, List<Person> people) {
			this.thread = Thread.ofVirtual().name("callers").start(() -> {
				while (!this.stopped.get()) {
					Person person = people.get(this.reveals.getAndIncrement() % people.size());
					String key = revealed(keys, person);
					if (!key.equals(keyOf(person))) {
						this.failures.add(key);
					}
				}
			});
		}

		void stop() throws InterruptedException {
			this.stopped.set(true);
			this.thread.join();
		}

		@Override
		public void close() {
			this.stopped.set(true);
		}

	}

}
