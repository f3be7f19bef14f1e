package dev.tallygate.budgets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Measures rather than tests: how long from an event in Kafka to its alert and status in
 * Kafka, as a reader sees them, and how many events a second are counted. Runs with
 * {@code -Dlatency.events=500}.
 */
@EnabledIfSystemProperty(named = "latency.events", matches = "\\d+")
class LatencyTests {

	private final Fixture fixture = Fixture.shared();

	@Test
	void measures() {
		int events = Integer.getInteger("latency.events");
		warmUp();
		long[] alerts = new long[events];
		long[] statuses = new long[events];
		for (int i = 0; i < events; i++) {
			UserId user = Fixture.newUser();
			this.fixture.patchBudget(user, this.fixture.keyOf(user), "{\"monthlyBudgetCents\":1,\"thresholds\":[100]}");
			await().until(() -> this.fixture.statusOf(user) != null);
			this.fixture.spend(user, NanoUsd.PER_CENT, 1);
			long start = System.nanoTime();
			statuses[i] = -1;
			alerts[i] = -1;
			while (alerts[i] < 0 || statuses[i] < 0) {
				var status = this.fixture.statusOf(user);
				if (statuses[i] < 0 && status != null && status.spentNanos().value() > 0) {
					statuses[i] = System.nanoTime() - start;
				}
				if (alerts[i] < 0 && !this.fixture.alertsOf(user).isEmpty()) {
					alerts[i] = System.nanoTime() - start;
				}
				Thread.onSpinWait();
			}
		}
		print("event to alert", alerts);
		print("event to status", statuses);
		throughput(events * 40);
		assertThat(alerts).hasSize(events);
	}

	private void warmUp() {
		UserId user = Fixture.newUser();
		for (int seq = 1; seq <= 200; seq++) {
			this.fixture.spend(user, 1, seq);
		}
		awaitSpent(user, 200);
	}

	private void throughput(int events) {
		List<UserId> users = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			users.add(Fixture.newUser());
		}
		long start = System.nanoTime();
		for (int i = 0; i < events; i++) {
			Future<RecordMetadata> _ = this.fixture.send(Topics.USAGE,
					Fixture.call(users.get(i % users.size()), 1, i + 1));
		}
		users.forEach((user) -> awaitSpent(user, events / users.size()));
		double seconds = (System.nanoTime() - start) / 1e9;
		System.out.printf("%d events counted in %.2f s, %.0f a second%n", events, seconds, events / seconds);
	}

	private void awaitSpent(UserId user, long nanos) {
		await().atMost(Duration.ofMinutes(2)).until(() -> {
			var status = this.fixture.statusOf(user);
			return status != null && status.spentNanos().value() == nanos;
		});
	}

	private static void print(String what, long[] nanos) {
		Arrays.sort(nanos);
		System.out.printf("%s: p50 %.1f ms, p99 %.1f ms, max %.1f ms over %d%n", what, nanos[nanos.length / 2] / 1e6,
				nanos[nanos.length * 99 / 100] / 1e6, nanos[nanos.length - 1] / 1e6, nanos.length);
	}

}
