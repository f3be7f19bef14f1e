package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.KeyService.Answer;
import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.audit.AuditAction;
import dev.tallygate.keys.audit.AuditEvent;
import dev.tallygate.keys.audit.AuditLog;
import dev.tallygate.messaging.EmbeddedKafka;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AuditTests {

	/** Of its own, for the heads of another database would look like a cut. */
	private static EmbeddedKafka kafka = EmbeddedKafka.start();

	private static KeyService keys = KeyService.start("tallygate.audit.publish-interval=1s",
			"spring.kafka.bootstrap-servers=" + kafka.bootstrapServers());

	@AfterAll
	static void stop() {
		keys.close();
		kafka.close();
	}

	@Test
	void showsEveryChangeAndRevealToTheOneConcerned() {
		Person person = keys.member();
		keys.call("PUT", "/api/users/me/provider-keys/openai", "{\"apiKey\":\"sk-sim-audit-0123456789\"}",
				person.key());
		keys.reveal(person.key(), "openai");
		keys.call("DELETE", "/api/users/me/provider-keys/openai", null, person.key());
		JsonNode entries = keys.get("/api/users/me/audit", person.key()).json().get("data");
		assertThat(entries.findValuesAsString("action")).containsExactly("provider-key.removed",
				"provider-key.revealed", "provider-key.saved", "api-key.issued", "user.created");
		JsonNode reveal = entries.get(1);
		assertThat(reveal.get("actorUserId").asString()).isEqualTo(person.id());
		assertThat(reveal.get("actorKeyId").asString()).isEqualTo(person.keyId());
		assertThat(reveal.get("actorService").asString()).isEqualTo("gateway");
		assertThat(reveal.get("address").asString()).isEqualTo("127.0.0.1");
		assertThat(entries.toString()).doesNotContain("sk-sim");
		JsonNode first = keys.get("/api/users/me/audit?limit=2", person.key()).json();
		JsonNode second = keys
			.get("/api/users/me/audit?limit=3&cursor=" + first.get("nextCursor").asString(), person.key())
			.json();
		assertThat(second.get("data").findValuesAsString("action")).containsExactly("provider-key.saved",
				"api-key.issued", "user.created");
	}

	@Test
	void showsOnlyRevealsOrAllButThem() {
		Person person = keys.member();
		keys.reveal(person.key(), "anthropic");
		keys.reveal(person.key(), "anthropic");
		assertThat(actions(person, "?action=provider-key.revealed")).containsExactly("provider-key.revealed",
				"provider-key.revealed");
		assertThat(actions(person, "?reveals=false")).containsExactly("api-key.issued", "user.created");
		assertThat(actions(person, "?action=api-key.revoked")).isEmpty();
		assertThat(keys.get("/api/audit?action=provider-key.revealed&limit=1", KeyService.ADMIN_KEY)
			.json()
			.get("data")
			.findValuesAsString("action")).containsExactly("provider-key.revealed");
		Answer answer = keys.get("/api/users/me/audit?action=%00", person.key());
		assertThat(answer.status()).isEqualTo(400);
		assertThat(answer.body()).contains("'action'");
	}

	private static List<String> actions(Person person, String query) {
		return keys.get("/api/users/me/audit" + query, person.key()).json().get("data").findValuesAsString("action");
	}

	/** Last, for it leaves a log that others would find fault with. */
	@Test
	@Order(Integer.MAX_VALUE)
	void findsEveryEditRemovalInsertionReorderingAndCut() throws Exception {
		for (int i = 0; i < 12; i++) {
			Person person = keys.member();
			keys.reveal(person.key(), "openai");
			if (i % 4 == 0) {
				// The addresses of one who has left lack rightly.
				keys.call("DELETE", "/api/users/me", null, person.key());
			}
		}
		await().untilAsserted(() -> {
			JsonNode report = verify();
			assertThat(report.get("whole").asBoolean()).as(report.toString()).isTrue();
			assertThat(report.get("heads").asInt()).isPositive();
			assertThat(published()).isTrue();
		});
		// Of somebody who is still there, for the others' addresses are gone already, and
		// not the last of its chain, for without that one the chain is cut off.
		String any = "(chain, seq) = (SELECT chain, seq FROM audit_entry JOIN audit_address USING (chain, seq) JOIN audit_change USING (chain, seq) "
				+ "WHERE action = 'api-key.issued' AND seq > 1 AND (chain, seq) NOT IN "
				+ "(SELECT chain, max(seq) FROM audit_entry GROUP BY chain) ORDER BY chain, seq LIMIT 1)";
		assertFound("changed", "UPDATE audit_entry SET user_id = gen_random_uuid() WHERE " + any);
		assertFound("changed", "UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE " + any);
		assertFound("changed", "UPDATE audit_entry SET outcome = 'x' WHERE " + any);
		assertFound("changed", "UPDATE audit_entry SET address = '192.0.2.1' WHERE " + any);
		assertFound("changed", "UPDATE audit_address SET address = '192.0.2.1' WHERE " + any);
		assertFound("changed", "UPDATE audit_address SET salt = substr(sha256(salt), 1, 16) WHERE " + any);
		assertFound("changed", "DELETE FROM audit_address WHERE " + any);
		assertFound("changed", "UPDATE audit_entry SET change_hash = null WHERE " + any);
		assertFound("changed", "UPDATE audit_entry SET subject = 'x' WHERE " + any);
		assertFound("changed", "UPDATE audit_change SET new_value = '{}' WHERE " + any);
		assertFound("changed", "UPDATE audit_change SET old_value = '{}' WHERE " + any);
		assertFound("changed", "DELETE FROM audit_change WHERE " + any);
		assertFound("changed", "UPDATE audit_entry SET hash = sha256(hash) WHERE " + any);
		assertFound("missing", "DELETE FROM audit_entry WHERE " + any);
		assertFound("changed", """
				UPDATE audit_entry SET (action, user_id, key_id, at, hash) =
				    (SELECT action, user_id, key_id, at, hash FROM audit_entry o
				     WHERE o.chain = audit_entry.chain AND o.seq = audit_entry.seq % 2 + 1)
				WHERE seq < 3 AND chain = (SELECT min(chain) FROM audit_entry WHERE seq = 2)""");
		assertFound("cut_off",
				"""
						DELETE FROM audit_entry WHERE (chain, seq) IN (SELECT chain, max(seq) FROM audit_entry GROUP BY chain)""");
		assertThat(verify().get("whole").asBoolean()).isTrue();
		// Last, for its head is published too.
		assertFound("changed", """
				INSERT INTO audit_entry (chain, seq, at, action, outcome, hash)
				SELECT chain, max(seq) + 1, now(), 'x', 'done', sha256('x') FROM audit_entry GROUP BY chain""");
	}

	/**
	 * Tampers as a superuser who switches the trigger off, looks, and puts it all back.
	 */
	private static void assertFound(String trouble, String tampering) throws Exception {
		try (Connection connection = keys.database().dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("CREATE TABLE kept AS SELECT * FROM audit_entry");
			statement.execute("CREATE TABLE kept_address AS SELECT * FROM audit_address");
			statement.execute("CREATE TABLE kept_change AS SELECT * FROM audit_change");
			statement.execute("ALTER TABLE audit_entry DISABLE TRIGGER ALL");
			assertThat(statement.executeUpdate(tampering)).isPositive();
			JsonNode report = verify();
			assertThat(report.get("whole").asBoolean()).as(tampering).isFalse();
			assertThat(report.get("findings").findValuesAsString("trouble")).as(tampering).contains(trouble);
			statement.execute("DELETE FROM audit_entry");
			statement.execute("INSERT INTO audit_entry SELECT * FROM kept");
			statement.execute("ALTER TABLE audit_entry ENABLE TRIGGER ALL");
			statement.execute("TRUNCATE audit_address");
			statement.execute("INSERT INTO audit_address SELECT * FROM kept_address");
			statement.execute("TRUNCATE audit_change");
			statement.execute("INSERT INTO audit_change SELECT * FROM kept_change");
			statement.execute("DROP TABLE kept, kept_address, kept_change");
		}
	}

	@Test
	void forgetsWhereADeletedPersonWas() {
		Person person = keys.member();
		UserId id = UserId.parse(person.id());
		keys.bean(TransactionTemplate.class)
			.executeWithoutResult((status) -> keys.bean(AuditLog.class)
				.append(AuditEvent.user(new Actor(id, null, null, "203.0.113.77"), AuditAction.USER_CHANGED, id)));
		assertThat(newest(person).at("/address").asString()).isEqualTo("203.0.113.77");
		assertThat(newest(person).has("chainedAddress")).isFalse();
		assertThat(Dump.of(keys.database())).contains("203.0.113.77").contains("," + person.id() + ",");
		assertThat(keys.call("DELETE", "/api/users/me", null, person.key()).status()).isEqualTo(204);
		List<JsonNode> entries = keys.get("/api/audit?limit=100", KeyService.ADMIN_KEY)
			.json()
			.get("data")
			.valueStream()
			.filter((entry) -> entry.at("/userId").asString("").equals(person.id()))
			.toList();
		assertThat(entries).hasSize(4)
			.allSatisfy((entry) -> assertThat(entry.at("/address").isNull())
				.isEqualTo(entry.at("/actorUserId").asString("").equals(person.id())));
		assertThat(Dump.of(keys.database())).doesNotContain("203.0.113.77")
			.contains(person.id())
			.doesNotContainPattern("audit_address .*" + person.id());
	}

	@Test
	void forgetsWhereAPersonWasWhoIsDeletedWhileSomethingIsWrittenDown() throws Exception {
		Person person = keys.member();
		CountDownLatch written = new CountDownLatch(1);
		CountDownLatch deleting = new CountDownLatch(1);
		try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
			Future<?> reveal = executor.submit(() -> append(person, "203.0.113.78", () -> {
				written.countDown();
				awaitQuietly(deleting);
			}));
			written.await();
			Future<Answer> deletion = executor.submit(() -> keys.call("DELETE", "/api/users/me", null, person.key()));
			// It cannot end before what is under way has; a moment shows that it does
			// not.
			assertThatThrownBy(() -> deletion.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
			deleting.countDown();
			reveal.get();
			assertThat(deletion.get().status()).isEqualTo(204);
		}
		append(person, "203.0.113.79", () -> {
		});
		assertThat(Dump.of(keys.database())).doesNotContain("203.0.113.78").doesNotContain("203.0.113.79");
		assertThat(verify().get("whole").asBoolean()).isTrue();
	}

	private static void append(Person person, String address, Runnable beforeCommit) {
		UserId id = UserId.parse(person.id());
		keys.bean(TransactionTemplate.class).executeWithoutResult((status) -> {
			keys.bean(AuditLog.class)
				.append(AuditEvent.providerKey(new Actor(id, null, "gateway", address),
						AuditAction.PROVIDER_KEY_REVEALED, "done", id, null, "openai", 1L));
			beforeCommit.run();
		});
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Test
	void tellsWhatWasBeforeAndAfterAChange() {
		Person person = keys.member();
		String user = "/api/users/" + person.id();
		keys.call("PATCH", user, "{\"role\":\"admin\"}", KeyService.ADMIN_KEY);
		JsonNode role = newest(person);
		assertThat(role.get("action").asString()).isEqualTo("user.changed");
		assertThat(role.at("/actorUserId").asString()).isEqualTo("00000000-0000-7000-8000-000000000001");
		assertThat(role.at("/old/role").asString()).isEqualTo("member");
		assertThat(role.at("/new/role").asString()).isEqualTo("admin");
		keys.call("PATCH", user + "/keys/" + person.keyId(), "{\"name\":\"Quaggas\",\"tags\":{\"team\":\"x\"}}",
				person.key());
		JsonNode key = newest(person);
		assertThat(key.at("/old/name").asString()).isEqualTo("default");
		assertThat(key.at("/new/name").asString()).isEqualTo("Quaggas");
		assertThat(key.at("/new/tags/team").asString()).isEqualTo("x");
		keys.call("DELETE", user, null, KeyService.ADMIN_KEY);
		assertThat(Dump.of(keys.database())).doesNotContain("Quaggas");
		JsonNode report = verify();
		assertThat(report.get("whole").asBoolean()).as(report.toString()).isTrue();
	}

	@Test
	void takesWhatOtherServicesDecideIntoTheChainOnce() {
		Person person = keys.member();
		String event = UUID.randomUUID().toString();
		String body = """
				{"id":"%s","at":"2026-11-21T10:00:00.123456Z","actor":{"userId":"%s","address":"192.0.2.7"},
				 "action":"budget.changed","subject":{"userId":"%s","name":"user"},
				 "old":{"limitCents":null},"new":{"limitCents":5000,"enforcement":"hard"}}""".formatted(event,
				person.id(), person.id());
		for (int i = 0; i < 3; i++) {
			Answer answer = keys.internal("POST", "/internal/audit", body);
			assertThat(answer.status()).as(answer.body()).isEqualTo(204);
		}
		List<JsonNode> entries = keys.get("/api/users/me/audit", person.key())
			.json()
			.get("data")
			.valueStream()
			.filter((each) -> each.at("/action").asString().equals("budget.changed"))
			.toList();
		assertThat(entries).singleElement().satisfies((entry) -> {
			assertThat(entry.at("/eventId").asString()).isEqualTo(event);
			assertThat(entry.at("/occurredAt").asString()).isEqualTo("2026-11-21T10:00:00.123456Z");
			assertThat(entry.at("/actorUserId").asString()).isEqualTo(person.id());
			assertThat(entry.at("/actorService").asString()).isEqualTo("gateway");
			assertThat(entry.at("/address").asString()).isEqualTo("192.0.2.7");
			assertThat(entry.at("/subject").asString()).isEqualTo("user");
			assertThat(entry.at("/old/limitCents").isNull()).isTrue();
			assertThat(entry.at("/new/limitCents").asInt()).isEqualTo(5000);
		});
		assertThat(verify().get("whole").asBoolean()).isTrue();
		for (String bad : List.of("{}", body.replace("budget.changed", "Budget"), body.replace(event, "x"),
				body.replace("\"user\"}", "\"a b\"}"), body.replace("\"old\"", "\"odl\""),
				body.replace("5000", "\"" + "9".repeat(2000) + "\""))) {
			assertThat(keys.internal("POST", "/internal/audit", bad).status()).as(bad).isEqualTo(400);
		}
	}

	private static JsonNode newest(Person person) {
		return keys.get("/api/users/me/audit?limit=1", person.key()).json().at("/data/0");
	}

	private static boolean published() {
		long newest = keys.bean(org.springframework.jdbc.core.simple.JdbcClient.class)
			.sql("SELECT sum(seq) FROM (SELECT max(seq) AS seq FROM audit_entry GROUP BY chain) newest")
			.query(Long.class)
			.single();
		java.util.Map<String, Long> heads = new java.util.HashMap<>();
		for (String head : Topic.values(kafka, "tallygate.audit-heads.v1")) {
			String chain = head.substring(0, head.indexOf('='));
			heads.merge(chain, Long.parseLong(head.replaceAll(".*\"seq\":(\\d+).*", "$1")), Math::max);
		}
		return heads.values().stream().mapToLong(Long::longValue).sum() == newest;
	}

	private static JsonNode verify() {
		Answer answer = keys.get("/api/audit/verify", KeyService.ADMIN_KEY);
		assertThat(answer.status()).as(answer.body()).isEqualTo(200);
		return answer.json();
	}

	@Test
	void cannotBeChangedEvenByTheOwnerOfTheTable() {
		for (String verb : new String[] { "UPDATE audit_entry SET outcome = 'x'", "DELETE FROM audit_entry",
				"TRUNCATE audit_entry" }) {
			assertThatThrownBy(() -> keys.database().execute(verb)).hasMessageContaining("never changed");
		}
	}

	@Test
	void releasesNothingThatItCannotWriteDown() throws Exception {
		Person person = keys.member();
		keys.database().execute("ALTER TABLE audit_entry ADD CONSTRAINT full_disk CHECK (false) NOT VALID");
		try {
			Answer reveal = keys.reveal(person.key(), "openai");
			assertThat(reveal.status()).isEqualTo(500);
			assertThat(reveal.body()).doesNotContain("sk-sim");
			assertThat(keys.call("POST", "/api/users/me/keys", "{\"name\":\"unseen\"}", person.key()).status())
				.isEqualTo(500);
		}
		finally {
			keys.database().execute("ALTER TABLE audit_entry DROP CONSTRAINT full_disk");
		}
		assertThat(keys.get("/api/users/me/keys", person.key()).json().get("data").size()).isEqualTo(1);
		assertThat(keys.reveal(person.key(), "openai").status()).isEqualTo(200);
	}

}
