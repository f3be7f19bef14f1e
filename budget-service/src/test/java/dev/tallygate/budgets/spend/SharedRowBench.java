package dev.tallygate.budgets.spend;

import dev.tallygate.budgets.Fixture;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.Received;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the sum over everybody costs the intake: batches of several partitions at once,
 * each with a row of its own for that sum, as it is, and all with one row. See
 * {@code bench/README.md}.
 */
class SharedRowBench {

	/** A run ends then, however busy the machine is. */
	private static final Duration RUN = Duration.ofMillis(Long.getLong("millis", 3000));

	private static final int BATCH = 50;

	private static final int THREADS = 4;

	private static final int ROUNDS = 5;

	private final Fixture fixture = Fixture.shared();

	private final UsageIntake intake = this.fixture.service().getBean(UsageIntake.class);

	private final TransactionTemplate transaction = new TransactionTemplate(
			this.fixture.service().getBean(PlatformTransactionManager.class));

	@Test
	void theRowThatAllCallsShareIsNotWaitedFor() throws Exception {
		rate(true);
		rate(false);
		for (int round = 0; round < ROUNDS; round++) {
			double striped = rate(true);
			double shared = rate(false);
			System.out.printf(Locale.ROOT,
					"SHARED ROW %d threads, batches of %d: %.0f events/s with a row a partition, %.0f with one row%n",
					THREADS, BATCH, striped, shared);
		}
	}

	/** Events a second. */
	private double rate(boolean striped) throws Exception {
		long begun = System.nanoTime();
		List<Future<Integer>> done = new ArrayList<>();
		try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
			for (int thread = 0; thread < THREADS; thread++) {
				int partition = striped ? thread : 0;
				done.add(threads.submit(() -> batchesUntil(begun + RUN.toNanos(), partition)));
			}
		}
		int batches = 0;
		for (Future<Integer> each : done) {
			batches += each.get();
		}
		double seconds = (System.nanoTime() - begun) / 1e9;
		return batches * BATCH / seconds;
	}

	/** Of users that no other thread has. */
	private int batchesUntil(long end, int partition) {
		List<UserId> users = Stream.generate(Fixture::newUser).limit(BATCH).toList();
		int batch = 0;
		while (System.nanoTime() < end) {
			batch++;
			List<Received> events = new ArrayList<>();
			for (UserId user : users) {
				CloudEvent<UsageSettled> call = Fixture.call(user, new NanoUsd(1000), Credential.SYSTEM, Instant.now(),
						batch);
				events.add(new Received(call, partition, 0, Instant.now()));
			}
			handle(events);
		}
		return batch;
	}

	private void handle(List<Received> batch) {
		this.transaction.executeWithoutResult((status) -> this.intake.handle(batch));
	}

}
