package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

class BudgetLoopTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration SETTLED = Duration.ofSeconds(20);

	private static Fixture fixture;

	@BeforeAll
	static void start() {
		fixture = Fixture.shared();
		UserId first = Fixture.newUser();
		fixture.spend(first, 1, 1);
		await().atMost(SETTLED).until(() -> fixture.statusOf(first) != null);
	}

	@Test
	void aOneCentBudgetGivesThreeAlertsEachOnce() {
		UserId user = Fixture.newUser();
		budget(user, "1");
		for (int seq = 1; seq <= 9; seq++) {
			fixture.spend(user, 1_000_000, seq);
		}
		await().atMost(SETTLED).until(() -> fixture.thresholdsOf(user, 1).size() == 2);
		fixture.spend(user, 1_000_000, 10);
		await().atMost(SETTLED).until(() -> fixture.thresholdsOf(user, 1).size() == 3);
		fixture.spend(user, 1_000_000, 11);
		awaitSeq(user, 11);
		assertThat(fixture.thresholdsOf(user, 1)).containsExactly(75, 90, 100);
		assertThat(fixture.alertsOf(user)).hasSize(4).allSatisfy((alert) -> {
			assertThat(alert.limitCents()).isEqualTo(1);
			assertThat(alert.period()).isEqualTo(YearMonth.now(ZoneOffset.UTC));
		});
		assertThat(fixture.get("/api/users/me/alerts", fixture.keyOf(user)).body().get("data").size()).isEqualTo(4);
	}

	@Test
	void theStatusFollowsAnEvent() {
		UserId user = Fixture.newUser();
		budget(user, "100");
		fixture.spend(user, 450_000, 7);
		await().atMost(SETTLED).until(() -> seqOf(user) == 7);
		BudgetStatus status = fixture.statusOf(user);
		assertThat(status).isNotNull();
		assertThat(status.spentNanos()).isEqualTo(new NanoUsd(450_000));
		assertThat(status.limitCents()).isEqualTo(100);
		assertThat(status.binding()).isEqualTo(Limit.BUDGET);
		assertThat(status.creditsUsedNanos()).isEqualTo(new NanoUsd(450_000));
		assertThat(status.creditsIncluded()).isEqualTo(1000);
		assertThat(status.timeZone()).isEqualTo("UTC");
	}

	@Test
	void aLimitLoweredBelowTheSpendAlertsAndAHigherOneArmsAgain() {
		UserId user = Fixture.newUser();
		budget(user, "100");
		fixture.spend(user, 500_000_000, 1);
		awaitSeq(user, 1);
		assertThat(fixture.alertsOf(user)).isEmpty();
		budget(user, "50");
		await().atMost(SETTLED).until(() -> fixture.thresholdsOf(user, 50).size() == 3);
		budget(user, "60");
		await().atMost(SETTLED).until(() -> fixture.thresholdsOf(user, 60).equals(java.util.List.of(75)));
		fixture.spend(user, 40_000_000, 2);
		await().atMost(SETTLED).until(() -> fixture.thresholdsOf(user, 60).equals(java.util.List.of(75, 90)));
		budget(user, "50");
		awaitLimit(user, 50);
		assertThat(fixture.thresholdsOf(user, 50)).containsExactly(75, 90, 100);
		assertThat(fixture.alertsOf(user)).hasSize(6);
	}

	@Test
	void aPartitionGivesNoSignOfLifeWhileATransactionHoldsItsIntake() throws SQLException {
		UserId user = Fixture.newUser();
		budget(user, "100");
		fixture.spend(user, 1, 1);
		awaitSeq(user, 1);
		int partition = Utils.toPositive(Utils.murmur2(user.toString().getBytes(StandardCharsets.UTF_8)))
				% Topics.WIDE_PARTITIONS;
		await().atMost(SETTLED).until(() -> fixture.heartbeats.size() == Topics.WIDE_PARTITIONS);
		try (Connection other = fixture.database.dataSource().getConnection();
				Statement statement = other.createStatement()) {
			other.setAutoCommit(false);
			statement.execute("SELECT 1 FROM account WHERE user_id = '" + user + "' FOR UPDATE");
			fixture.spend(user, 1, 2);
			await().atMost(Duration.ofSeconds(60)).until(() -> silence(partition).compareTo(Duration.ofSeconds(3)) > 0);
			assertThat(seqOf(user)).isEqualTo(1);
			other.rollback();
		}
		awaitSeq(user, 2);
		await().atMost(SETTLED).until(() -> silence(partition).compareTo(SECOND) < 0);
	}

	/** How far its last sign of life is behind the last one of any partition. */
	private static Duration silence(int partition) {
		Instant last = fixture.heartbeats.values()
			.stream()
			.map(BudgetHeartbeat::sentAt)
			.max(Comparator.naturalOrder())
			.orElseThrow();
		return Duration.between(Objects.requireNonNull(fixture.heartbeats.get(partition)).sentAt(), last);
	}

	@Test
	void anAdministratorsCeilingBinds() {
		UserId user = Fixture.newUser();
		budget(user, "100");
		assertThat(fixture.patchBudget(user, fixture.keys.admin(), "{\"ceilingCents\":10}").status()).isEqualTo(200);
		awaitLimit(user, 10);
		var status = fixture.statusOf(user);
		assertThat(status).isNotNull();
		assertThat(status.binding()).isEqualTo(Limit.CEILING);
		fixture.spend(user, 80_000_000, 1);
		await().atMost(SETTLED).until(() -> fixture.thresholdsOf(user, 10).equals(java.util.List.of(75)));
	}

	@Test
	void aRefusalMakesOneAlertForThePeriodAndAmount() {
		UserId user = Fixture.newUser();
		YearMonth period = YearMonth.now(ZoneOffset.UTC);
		for (long cents : new long[] { 1, 1, 2 }) {
			fixture.publish(Topics.USAGE, CloudEvent.of(UuidV7.next(), "/gateway/test/0199aa00", Instant.now(),
					new BudgetRefused(user, Limit.BUDGET, period, cents, new NanoUsd(9_000_000), null, Instant.now())));
		}
		fixture.spend(user, 1, 1);
		awaitSeq(user, 1);
		await().atMost(SETTLED).until(() -> fixture.alertsOf(user).size() == 2);
		assertThat(fixture.alertsOf(user)).allMatch(BudgetAlert.CallRefused.class::isInstance);
	}

	@Test
	void exhaustedCreditsAlertOnceACycleAndOwnKeysCostNone() {
		UserId user = Fixture.newUser();
		fixture.publish(Topics.USAGE, Fixture.call(user, NanoUsd.ofCents(2000), Credential.USER, Instant.now(), 1));
		fixture.publish(Topics.USAGE,
				Fixture.call(user, NanoUsd.ofCents(1000).minus(new NanoUsd(1)), Credential.SYSTEM, Instant.now(), 2));
		awaitSeq(user, 2);
		assertThat(fixture.alertsOf(user)).isEmpty();
		fixture.spend(user, 1, 3);
		fixture.spend(user, 1, 4);
		awaitSeq(user, 4);
		await().atMost(SETTLED).until(() -> fixture.alertsOf(user).size() == 1);
		assertThat(fixture.alertsOf(user)).singleElement()
			.isInstanceOfSatisfying(BudgetAlert.CreditsExhausted.class,
					(alert) -> assertThat(alert.limitCents()).isEqualTo(1000));
		var account = fixture.get("/api/users/me/billing-account", fixture.keyOf(user)).body();
		assertThat(account.get("creditsUsed").asLong()).isEqualTo(1000);
		assertThat(account.get("creditsRemaining").asLong()).isZero();
		assertThat(account.get("plan").asString()).isEqualTo("free");
	}

	@Test
	void correctionsCountAndUnpricedCallsDoNot() {
		UserId user = Fixture.newUser();
		CloudEvent<UsageSettled> call = Fixture.call(user, 1_000_000, 1);
		fixture.publish(Topics.USAGE, call);
		fixture.publish(Topics.USAGE, Fixture.call(user, null, Credential.SYSTEM, Instant.now(), 2));
		UUID job = UuidV7.next();
		CallId id = call.data().callId();
		UsageAdjusted correction = new UsageAdjusted(id, user, job, "price", new NanoUsd(-400_000), "2", null, null,
				null, "openai", "gpt-4o-mini", Credential.SYSTEM, call.data().period(), call.data().day());
		for (int i = 0; i < 2; i++) {
			fixture.publish(Topics.USAGE,
					CloudEvent.of(UsageAdjusted.idOf(id, job), "/metering", Instant.now(), correction));
		}
		fixture.spend(user, 1, 3);
		awaitSeq(user, 3);
		assertThat(spentOf(user)).isEqualTo(600_001);
		var status = fixture.statusOf(user);
		assertThat(status).isNotNull();
		assertThat(status.creditsUsedNanos()).isEqualTo(new NanoUsd(600_001));
	}

	@Test
	void anEventSentTwiceCountsOnce() {
		UserId user = Fixture.newUser();
		CloudEvent<UsageSettled> call = Fixture.call(user, 1_000_000, 1);
		for (int i = 0; i < 5; i++) {
			fixture.publish(Topics.USAGE, call);
		}
		fixture.spend(user, 1, 2);
		awaitSeq(user, 2);
		assertThat(spentOf(user)).isEqualTo(1_000_001);
	}

	@Test
	void theSignUpMovesTheCycleAndKeepsWhatWasCounted() {
		UserId user = Fixture.newUser();
		fixture.spend(user, 450_000, 1);
		awaitSeq(user, 1);
		Instant signedUpAt = Instant.now().minus(Duration.ofDays(20));
		fixture.publish(Topics.USERS,
				CloudEvent.of(UuidV7.next(), "/keys", Instant.now(), new UserEvent.Registered(user, signedUpAt, 1)));
		int day = signedUpAt.atZone(ZoneOffset.UTC).getDayOfMonth();
		await().atMost(SETTLED).until(() -> {
			var status = fixture.statusOf(user);
			return status != null && status.billingCycleStart().atZone(ZoneOffset.UTC).getDayOfMonth() == day
					&& status.creditsUsedNanos().value() == 450_000;
		});
	}

	@Test
	void aDeletedUserIsForgottenAndDoesNotComeBack() {
		UserId user = Fixture.newUser();
		budget(user, "1");
		fixture.spend(user, 10_000_000, 1);
		await().atMost(SETTLED).until(() -> fixture.alertsOf(user).size() == 4);
		fixture.publish(Topics.USERS,
				CloudEvent.of(UuidV7.next(), "/keys", Instant.now(), new UserEvent.Deleted(user, Instant.now(), 2)));
		await().atMost(SETTLED).until(() -> fixture.removed.contains(user.toString()));
		fixture.spend(user, 5, 2);
		await().atMost(SETTLED).until(() -> spentOf(user) == 10_000_005);
		for (String table : new String[] { "account", "alert", "applied_source", "billing_cycle" }) {
			assertThat(rows(table, user)).as(table).isZero();
		}
		assertThat(fixture.get("/api/users/" + user + "/budget", fixture.keys.admin()).status()).isEqualTo(404);
	}

	@Test
	void everyPartitionHasAHeartbeatASecond() {
		await().atMost(SETTLED).until(() -> fixture.heartbeats.size() == Topics.WIDE_PARTITIONS);
		Instant since = Instant.now();
		await().atMost(Duration.ofSeconds(5))
			.until(() -> fixture.heartbeats.values().stream().allMatch((beat) -> beat.sentAt().isAfter(since)));
		assertThat(fixture.heartbeats)
			.allSatisfy((partition, beat) -> assertThat(beat.partition()).isEqualTo(partition));
	}

	@Test
	void aStatusThatIsTooLargeForTheBrokerSilencesNobodyElse() {
		UserId user = Fixture.newUser();
		UserId other = Fixture.newUser();
		fixture.spend(user, 1, 1);
		fixture.spend(other, 1, 1);
		awaitSeq(user, 1);
		awaitSeq(other, 1);
		fixture.jdbc.update("""
				INSERT INTO applied_source SELECT ?, '/gateway/gone-' || repeat('x', 450) || i, 1, now()
				FROM generate_series(1, 3000) i""", user.value());
		fixture.spend(user, 1, 2);
		await().atMost(SETTLED).until(() -> refused() == 1);
		HealthIndicator health = fixture.service().getBean("budgetStatusHealthIndicator", HealthIndicator.class);
		Health now = Objects.requireNonNull(health.health());
		assertThat(now.getStatus()).isEqualTo(Status.DOWN);
		assertThat(now.getDetails()).containsEntry("refused", 1);
		Instant silentBy = Instant.now().plusSeconds(6);
		await().atMost(SETTLED)
			.until(() -> fixture.heartbeats.values().stream().allMatch((beat) -> beat.sentAt().isAfter(silentBy)));
		fixture.spend(other, 1, 2);
		awaitSeq(other, 2);
		assertThat(seqOf(user)).isEqualTo(1);
		fixture.jdbc.update("DELETE FROM applied_source WHERE user_id = ? AND source LIKE '/gateway/gone-%'",
				user.value());
		fixture.spend(user, 1, 3);
		awaitSeq(user, 3);
		await().atMost(SETTLED).until(() -> refused() == 0);
		assertThat(Objects.requireNonNull(health.health()).getStatus()).isEqualTo(Status.UP);
	}

	private static int refused() {
		return (int) fixture.service()
			.getBean(MeterRegistry.class)
			.get("tallygate.budget.status.refused")
			.gauge()
			.value();
	}

	@Test
	void concurrentEventsAndChangesAlertOnceOverTwoInstances() throws Exception {
		ServletWebServerApplicationContext second = fixture.start();
		UserId user = Fixture.newUser();
		String key = fixture.keyOf(user);
		try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
			for (int i = 0; i < 20; i++) {
				String cents = (i % 2 == 0) ? "1" : "2";
				threads.execute(() -> fixture.patchBudget(user, key, "{\"monthlyBudgetCents\":" + cents + "}"));
			}
			for (int seq = 1; seq <= 200; seq++) {
				fixture.spend(user, 1_000_000, seq);
			}
		}
		awaitSeq(user, 200);
		fixture.stop(second);
		budget(user, "1");
		budget(user, "2");
		await().atMost(SETTLED).until(() -> fixture.alertsOf(user).size() >= 8);
		assertThat(fixture.thresholdsOf(user, 1)).containsExactly(75, 90, 100);
		assertThat(fixture.thresholdsOf(user, 2)).containsExactly(75, 90, 100);
		assertThat(spentOf(user)).isEqualTo(200_000_000);
	}

	@Test
	void aReplayFromTheBeginningChangesNothingAndLostStatusesComeBack() {
		UserId user = Fixture.newUser();
		budget(user, "1");
		IntStream.rangeClosed(1, 20).forEach((seq) -> fixture.spend(user, 1_000_000, seq));
		awaitSeq(user, 20);
		await().atMost(SETTLED).until(() -> fixture.alertsOf(user).size() == 4);
		String before = snapshot();
		fixture.stop(fixture.service());
		fixture.jdbc.update("UPDATE intake_position SET next_offset = 0");
		fixture.jdbc.update("UPDATE account SET published_offset = 1000000 WHERE user_id = ?", user.value());
		long published = publishedOf(user);
		fixture.start();
		await().atMost(SETTLED).until(() -> publishedOf(user) > published);
		fixture.spend(user, 0, 21);
		awaitSeq(user, 21);
		assertThat(snapshot()).isEqualTo(before);
		assertThat(fixture.alertsOf(user)).hasSize(4);
	}

	@Test
	void whatChangesWhileTheBrokerIsAwayArrivesWhenItIsBack() {
		UserId user = Fixture.newUser();
		fixture.kafka.pause();
		try {
			budget(user, "0");
		}
		finally {
			fixture.kafka.resume();
		}
		await().atMost(Duration.ofSeconds(40)).until(() -> fixture.thresholdsOf(user, 0).size() == 3);
		await().atMost(Duration.ofSeconds(40)).until(() -> publishedOf(user) > 0);
		UserId next = Fixture.newUser();
		fixture.spend(next, 1, 1);
		await().atMost(Duration.ofSeconds(40)).until(() -> seqOf(next) == 1);
	}

	@Test
	void everyStatusIsPublishedAgainOnDemand() {
		UserId user = Fixture.newUser();
		budget(user, "5");
		awaitLimit(user, 5);
		long before = publishedOf(user);
		assertThat(fixture.exchange("POST", "/api/budgets/republish", fixture.keys.admin(), null).status())
			.isEqualTo(202);
		await().atMost(SETTLED).until(() -> publishedOf(user) > before);
	}

	@Test
	void anEndedPeriodAndCycleRollOverWithoutAnEvent() {
		UserId user = Fixture.newUser();
		fixture.spend(user, 450_000, 1);
		awaitSeq(user, 1);
		YearMonth past = YearMonth.now(ZoneOffset.UTC).minusMonths(1);
		fixture.jdbc.update("UPDATE period_spend SET period = ? WHERE user_id = ?", past.toString(), user.value());
		fixture.jdbc.update("""
				UPDATE account SET period = ?, period_start = period_start - interval '1 month',
				  period_end = period_start, rolls_at = period_start WHERE user_id = ?""", past.toString(),
				user.value());
		await().atMost(SETTLED).until(() -> {
			var status = fixture.statusOf(user);
			return status != null && status.spentNanos().value() == 0;
		});
		var status = fixture.statusOf(user);
		assertThat(status).isNotNull();
		assertThat(status.period()).isEqualTo(past.plusMonths(1));
		assertThat(status.creditsUsedNanos().value()).isEqualTo(450_000);
		fixture.spend(user, 7, 2);
		awaitSeq(user, 2);
		var history = fixture.get("/api/users/me/budget/history", fixture.keyOf(user)).body().get("data");
		assertThat(history.get(0).get("period").asString()).isEqualTo(past.plusMonths(1).toString());
		assertThat(history.get(0).get("spentNanos").asLong()).isEqualTo(7);
		assertThat(history.get(1).get("period").asString()).isEqualTo(past.toString());
		assertThat(history.get(1).get("spentNanos").asLong()).isEqualTo(450_000);
	}

	/**
	 * R4: a gateway sends again what it is not sure of, a rewound consumer reads all of
	 * it again, partitions come in any order.
	 */
	@Test
	void shuffledDoubledAndReplayedEventsOverTwoInstancesGiveTheSameTotalsAndEachAlertOnce() throws Exception {
		long seed = Long.getLong("model.seed", System.nanoTime());
		Random random = new Random(seed);
		ServletWebServerApplicationContext second = fixture.start();
		Map<UserId, Long> expected = new LinkedHashMap<>();
		List<CloudEvent<?>> events = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			UserId user = Fixture.newUser();
			budget(user, "1");
			long sum = 0;
			for (int seq = 1; seq <= 40; seq++) {
				long cost = random.nextLong(1_000_000);
				CloudEvent<UsageSettled> call = Fixture.call(user, cost, seq);
				events.add(call);
				sum += cost;
				if (seq % 10 == 0) {
					events.add(correction(call, 100));
					sum += 100;
				}
			}
			expected.put(user, sum);
		}
		events.addAll(List.copyOf(events));
		Collections.shuffle(events, random);
		List<Future<?>> sent = new ArrayList<>();
		events.forEach((event) -> sent.add(fixture.send(Topics.USAGE, event)));
		for (Future<?> each : sent) {
			each.get();
		}
		expected.forEach((user, sum) -> await().atMost(SETTLED)
			.untilAsserted(() -> assertThat(spentOf(user)).as("seed %d", seed).isEqualTo(sum)));
		awaitAlerts(expected);
		String before = snapshot();
		fixture.stop(second);
		fixture.stop(fixture.service());
		fixture.jdbc.update("UPDATE intake_position SET next_offset = 0");
		fixture.start();
		second = fixture.start();
		long marker = 41;
		expected.keySet().forEach((user) -> fixture.spend(user, 0, marker));
		expected.keySet().forEach((user) -> awaitSeq(user, marker));
		assertThat(snapshot()).as("seed %d", seed).isEqualTo(before);
		awaitAlerts(expected);
		fixture.stop(second);
	}

	private static CloudEvent<UsageAdjusted> correction(CloudEvent<UsageSettled> call, long delta) {
		UsageSettled settled = call.data();
		UUID job = UuidV7.next();
		return CloudEvent.of(UsageAdjusted.idOf(settled.callId(), job), "/metering", Instant.now(),
				new UsageAdjusted(settled.callId(), settled.userId(), job, "price", new NanoUsd(delta), "2", null, null,
						null, "openai", "gpt-4o-mini", Credential.SYSTEM, settled.period(), settled.day()));
	}

	/** The topic may have an alert twice; it is one by its id. */
	private static void awaitAlerts(Map<UserId, Long> spentByUser) {
		spentByUser.forEach((user, spent) -> {
			int due = (int) Stream.of(75, 90, 100, 100).filter((percent) -> spent >= percent * 100_000L).count();
			await().atMost(SETTLED).until(() -> idsOf(user) == due);
			assertThat(rows("alert", user)).isEqualTo(due);
		});
	}

	private static long idsOf(UserId user) {
		return fixture.alertsOf(user).stream().map(BudgetAlert::id).distinct().count();
	}

	private static String snapshot() {
		return String
			.valueOf(fixture.jdbc.queryForList(
					"SELECT user_id::text, period, spent_nanos FROM period_spend WHERE spent_nanos <> 0 ORDER BY 1, 2"))
				+ fixture.jdbc.queryForList("SELECT id::text FROM alert ORDER BY 1") + fixture.jdbc
					.queryForList("SELECT user_id::text, cycle_start, used_nanos FROM billing_cycle ORDER BY 1, 2");
	}

	private static void budget(UserId user, String cents) {
		var answer = fixture.patchBudget(user, fixture.keyOf(user), "{\"monthlyBudgetCents\":" + cents + "}");
		assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
	}

	private static long seqOf(UserId user) {
		var status = fixture.statusOf(user);
		return (status != null) ? status.applied().getOrDefault("/gateway/test/0199aa00", 0L) : 0;
	}

	private static long publishedOf(UserId user) {
		return fixture.statuses.stream().filter((status) -> status.userId().equals(user)).count();
	}

	private static void awaitSeq(UserId user, long seq) {
		await().atMost(SETTLED).until(() -> seqOf(user) == seq);
	}

	private static void awaitLimit(UserId user, long cents) {
		await().atMost(SETTLED).until(() -> {
			var status = fixture.statusOf(user);
			return status != null && status.limitCents() != null && status.limitCents() == cents;
		});
	}

	private static long spentOf(UserId user) {
		Long spent = fixture.jdbc.queryForObject(
				"SELECT coalesce(sum(spent_nanos), 0) FROM period_spend WHERE user_id = ?", Long.class, user.value());
		return (spent != null) ? spent : 0;
	}

	private static long rows(String table, UserId user) {
		Long rows = fixture.jdbc.queryForObject("SELECT count(*) FROM " + table + " WHERE user_id = ?", Long.class,
				user.value());
		return (rows != null) ? rows : 0;
	}

}
