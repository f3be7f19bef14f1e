package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.SourceClosed;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoops;
import dev.tallygate.messaging.DatabaseLimits;
import dev.tallygate.messaging.LoopHealth;
import dev.tallygate.messaging.ShownMetrics;
import dev.tallygate.metering.ledger.Aggregates;
import dev.tallygate.security.caller.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;

class MeteringServiceTests {

	private static MeteringService service;

	private static long published;

	@BeforeAll
	static void start() {
		service = new MeteringService();
		Awaitility.await().until(() -> service.management("/actuator/health/readiness").statusCode() == 200);
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void sumsUpAMonth() {
		Calls call = Calls.aCall();
		String key = service.keys.issue(call.user(), Role.MEMBER);
		publish(call.settled(1), call.settled(2), call.failed().settled(3), call.unpriced().settled(4),
				call.to("anthropic", "claude-sonnet-4").estimated().costing(18_000).settled(5));
		JsonNode summary = service.json("/api/users/me/usage/summary", key);
		assertThat(summary.get("userId").asString()).isEqualTo(call.user().toString());
		assertThat(summary.get("requestCount").asLong()).isEqualTo(4);
		assertThat(summary.get("failedRequests").asLong()).isEqualTo(1);
		assertThat(summary.get("unpricedRequests").asLong()).isEqualTo(1);
		assertThat(summary.get("estimatedRequests").asLong()).isEqualTo(1);
		assertThat(summary.get("totalCostNanos").asLong()).isEqualTo(918_000);
		assertThat(summary.get("totalCostUsd").asString()).isEqualTo("0.000918");
		assertThat(summary.get("monthlyBudgetCents").isNull()).isTrue();
		assertThat(summary.get("breakdown")).hasSize(2);
		JsonNode first = summary.get("breakdown").get(0);
		assertThat(first.get("provider").asString()).isEqualTo("openai");
		assertThat(first.get("model").asString()).isEqualTo("gpt-4o-mini");
		assertThat(first.get("requestCount").asLong()).isEqualTo(3);
		assertThat(first.get("inputTokens").asLong()).isEqualTo(3000);
		assertThat(first.get("outputTokens").asLong()).isEqualTo(1500);
		assertThat(first.get("costNanos").asLong()).isEqualTo(900_000);
		assertThat(summary.get("byProvider").get(1).get("costUsd").asString()).isEqualTo("0.000018");
		assertThat(summary.propertyNames()).containsExactlyInAnyOrder("userId", "period", "periodStart", "periodEnd",
				"breakdown", "byProvider", "requestCount", "failedRequests", "totalCostNanos", "totalCostUsd",
				"unpricedRequests", "partlyPricedRequests", "estimatedRequests", "monthlyBudgetCents", "asOf");
	}

	@Test
	void answersAUserItHasNeverHeardOf() {
		JsonNode summary = service.json("/api/users/me/usage/summary?period=2026-02", service.keys.member());
		assertThat(summary.get("requestCount").asLong()).isZero();
		assertThat(summary.get("breakdown")).isEmpty();
		assertThat(summary.get("periodStart").asString()).isEqualTo("2026-02-01T00:00:00Z");
		assertThat(summary.get("periodEnd").asString()).isEqualTo("2026-03-01T00:00:00Z");
	}

	@Test
	void hidesTheUsageOfOthers() {
		Calls call = Calls.aCall();
		publish(call.settled(1));
		String path = "/api/users/" + call.user() + "/usage/summary";
		assertThat(service.get(path, null).statusCode()).isEqualTo(401);
		assertThat(service.get(path, service.keys.member()).statusCode()).isEqualTo(404);
		assertThat(service.get(path, service.keys.admin()).statusCode()).isEqualTo(200);
		assertThat(service.get(path + "?period=soon", service.keys.admin()).body()).contains("\"field\":\"period\"");
	}

	@Test
	void countsAnEventOnceHoweverOftenItComes() {
		Calls call = Calls.aCall();
		CloudEvent<UsageSettled> event = call.settled(1);
		publish(event, event, event);
		publish(event);
		assertThat(costOf(call.user())).isEqualTo(450_000);
		assertThat(conflictsOf(event.id())).isZero();
	}

	@Test
	void keepsTheFirstOfTwoThatDisagreeAndTells() {
		Calls call = Calls.aCall();
		CloudEvent<UsageSettled> event = call.settled(1);
		publish(event, call.costing(1).settled(1, event.data().callId()));
		publish(call.costing(2).settled(1, event.data().callId()));
		assertThat(costOf(call.user())).isEqualTo(450_000);
		assertThat(conflictsOf(event.id())).isEqualTo(2);
	}

	@Test
	void addsCorrectionsToTheCostAlone() {
		Calls call = Calls.aCall();
		CloudEvent<UsageSettled> event = call.settled(1);
		UUID job = UuidV7.next();
		publish(event, Calls.adjusted(event.data(), job, -50_000), Calls.adjusted(event.data(), job, -50_000));
		assertThat(costOf(call.user())).isEqualTo(400_000);
		JsonNode summary = service.json("/api/users/me/usage/summary", service.keys.issue(call.user(), Role.MEMBER));
		assertThat(summary.get("requestCount").asLong()).isEqualTo(1);
	}

	@Test
	void setsAsideWhatIsTooOldTooEarlyOrAbsurd() {
		Calls call = Calls.aCall();
		long before = deadLetters();
		publish(call.at(Instant.now().minus(Duration.ofDays(46))).settled(1),
				call.at(Instant.now().plus(Duration.ofMinutes(61))).settled(2),
				call.to("x".repeat(600), "m").settled(3), call.to("nul\0", "m").settled(4), call.costing(-1).settled(5),
				call.costing(Long.MAX_VALUE).settled(6), call.settled(7));
		service.publishRaw("{}");
		published++;
		service.awaitIntake(published);
		assertThat(costOf(call.user())).isEqualTo(450_000);
		assertThat(deadLetters() - before).isEqualTo(7);
	}

	@Test
	void acceptsWhatComesLateWithinTheWindow() {
		Calls call = Calls.aCall().at(Instant.now().minus(Duration.ofDays(44)));
		publish(call.settled(1), call.at(Instant.now().plus(Duration.ofMinutes(50))).settled(2));
		assertThat(costOf(call.user())).isEqualTo(900_000);
	}

	@Test
	void knowsGapsAndOrderlyStopsOfASource() {
		Calls call = Calls.aCall();
		publish(call.settled(1), call.settled(2), call.settled(4));
		assertThat(source(call)).containsEntry("seq_seen", 4L).containsEntry("seq_count", 3L);
		publish(call.settled(3),
				CloudEvent.of(UuidV7.next(), call.source(), Instant.now(), new SourceClosed(4, Instant.now())));
		assertThat(source(call)).containsEntry("seq_count", 4L).containsEntry("closed_seq", 4L);
	}

	@Test
	void rebuildsTheSameAggregatesAndSurvivesAReplay() {
		long seed = System.nanoTime();
		System.out.println("seed " + seed);
		Random random = new Random(seed);
		List<UserId> users = List.of(new UserId(UuidV7.next()), new UserId(UuidV7.next()), new UserId(UuidV7.next()));
		List<CloudEvent<?>> events = new ArrayList<>();
		long expected = 0;
		for (int i = 1; i <= 2000; i++) {
			Calls call = Calls.aCall()
				.of(users.get(random.nextInt(3)))
				.to(random.nextBoolean() ? "openai" : "anthropic", "m" + random.nextInt(3))
				.from("/gateway/random/" + seed)
				.costing(random.nextLong(1_000_000))
				.at(Instant.now().minus(Duration.ofHours(random.nextInt(24 * 40))));
			call = switch (random.nextInt(5)) {
				case 0 -> call.failed();
				case 1 -> call.unpriced();
				case 2 -> call.estimated();
				default -> call;
			};
			CloudEvent<UsageSettled> event = call.settled(i);
			expected += (call.cost() != null) ? call.cost().value() : 0;
			events.add(event);
			if (random.nextInt(10) == 0) {
				events.add(events.get(random.nextInt(events.size())));
			}
			if (random.nextInt(20) == 0) {
				long delta = random.nextLong(100_000) - 50_000;
				events.add(Calls.adjusted(event.data(), UuidV7.next(), delta));
				expected += delta;
			}
		}
		Collections.shuffle(events, random);
		publish(events);
		assertThat(users.stream().mapToLong(MeteringServiceTests::costOf).sum()).isEqualTo(expected);
		assertThat(ledgerCost(users)).isEqualTo(expected);
		List<Map<String, @Nullable Object>> live = aggregates();
		service.bean(Aggregates.class).rebuild();
		assertThat(aggregates()).isEqualTo(live);
		replay();
		assertThat(aggregates()).isEqualTo(live);
		assertThat(service.jdbc.sql("SELECT seq_count FROM usage_source WHERE source = ?")
			.param("/gateway/random/" + seed)
			.query(Long.class)
			.single()).isEqualTo(2000);
	}

	/** As if no position had ever been committed. */
	private static void replay() {
		service.stopInstances();
		service.jdbc.sql("UPDATE intake_position SET next_offset = 0").update();
		long rows = service.ledgerRows();
		long dead = deadLetters();
		service.startInstance();
		service.startInstance();
		service.awaitIntake(published);
		assertThat(service.ledgerRows()).isEqualTo(rows);
		assertThat(deadLetters()).isEqualTo(dead);
	}

	@Test
	void letsTwoInstancesTakeInTheSameUsersAtOnce() {
		service.startInstance();
		Calls call = Calls.aCall();
		List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
		for (int i = 1; i <= 3000; i++) {
			// Any key: the same user's events meet in all partitions.
			records.add(new ProducerRecord<>(Topics.USAGE, "k" + i, EventCodec.encode(call.costing(1).settled(i))));
		}
		service.send(records);
		published += records.size();
		service.awaitIntake(published);
		assertThat(costOf(call.user())).isEqualTo(3000);
		assertThat(source(call)).containsEntry("seq_seen", 3000L).containsEntry("seq_count", 3000L);
	}

	@Test
	void maySeeAndAddButNotChangeTheLedgerAtRunTime() {
		for (String forbidden : List.of("UPDATE ledger SET cost_nanos = 0", "DELETE FROM ledger", "TRUNCATE ledger",
				"CREATE TABLE mine (id int)", "DROP TABLE ledger", "DELETE FROM dead_letter")) {
			String role = service.jdbc.sql("SELECT 'app_' || current_database()").query(String.class).single();
			assertThat(org.assertj.core.api.Assertions
				.catchThrowable(() -> service.database.execute("SET ROLE " + role + "; " + forbidden))).as(forbidden)
				.isNotNull()
				.rootCause()
				.satisfies((refusal) -> assertThat(refusal.getMessage()).containsAnyOf("permission denied",
						"must be owner"));
		}
	}

	@Test
	void waitsForItsDatabaseNoLongerThanItSays() throws Exception {
		DatabaseLimits.check(service.bean(DataSource.class));
	}

	@Test
	void whatIsShownOfItBeginsAtZeroAndIsExplained() throws Exception {
		ShownMetrics.check("metering", service.bean(Environment.class));
	}

	@Test
	void aThreadThatEndedInSilenceIsSeenFromOutside() throws Exception {
		LoopHealth.check(service.bean(BackgroundLoops.class), service.bean(Environment.class), "outbox-sender",
				"dead-letters");
	}

	@Test
	void tellsItsHealthMetricsAndInterface() {
		Calls call = Calls.aCall();
		publish(call.settled(1));
		assertThat(service.management("/actuator/health/liveness").statusCode()).isEqualTo(200);
		assertThat(service.management("/actuator/prometheus").body()).contains("tallygate_intake_records_total{")
			.contains("tallygate_intake_lag{")
			.contains("outcome=\"duplicate\"")
			.contains("outcome=\"dead_letter\"");
		assertThat(service.get("/v3/api-docs", null).body()).contains("/api/users/{user}/usage/summary");
		assertThat(service.get("/actuator/prometheus", null).statusCode()).isEqualTo(404);
	}

	private static void publish(CloudEvent<?>... events) {
		publish(List.of(events));
	}

	private static void publish(List<? extends CloudEvent<?>> events) {
		service.publish(events);
		published += events.size();
		service.awaitIntake(published);
	}

	private static long costOf(UserId user) {
		return service.jdbc.sql("SELECT coalesce(sum(cost_nanos), 0) FROM usage_daily WHERE user_id = ?")
			.param(user.value())
			.query(Long.class)
			.single();
	}

	private static long ledgerCost(List<UserId> users) {
		return service.jdbc.sql("SELECT coalesce(sum(cost_nanos), 0) FROM ledger WHERE user_id IN (:users)")
			.param("users", users.stream().map(UserId::value).toList())
			.query(Long.class)
			.single();
	}

	private static long conflictsOf(UUID event) {
		return service.jdbc.sql("SELECT count(*) FROM conflicting_duplicate WHERE event_id = ?")
			.param(event)
			.query(Long.class)
			.single();
	}

	private static long deadLetters() {
		return service.jdbc.sql("SELECT count(*) FROM dead_letter").query(Long.class).single();
	}

	private static Map<String, @Nullable Object> source(Calls call) {
		return service.jdbc.sql("SELECT * FROM usage_source WHERE source = ?").param(call.source()).query().singleRow();
	}

	private static List<Map<String, @Nullable Object>> aggregates() {
		return service.jdbc.sql("""
				SELECT * FROM usage_daily
				ORDER BY user_id, period, day, utc_day, provider, model, credential, api_key_id, agent_id""")
			.query()
			.listOfRows();
	}

}
