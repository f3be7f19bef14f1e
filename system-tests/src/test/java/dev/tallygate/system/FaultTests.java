package dev.tallygate.system;

import dev.tallygate.launcher.Service;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Everything reconciles with the provider's bill, whatever is done to the processes under
 * load. Runs each fault {@code -Dtallygate.system.rounds} times, once by default, and so
 * many in a random order with {@code -Dtallygate.system.random}, of the seed that is
 * printed or given as {@code -Dtallygate.system.seed}.
 */
@ExtendWith(TallygateExtension.class)
class FaultTests {

	private static final int ROUNDS = Integer.getInteger("tallygate.system.rounds", 1);

	private static final int RANDOM = Integer.getInteger("tallygate.system.random", 0);

	private static final int CALLERS = 16;

	/** Refusals that may come while something is away: try again later. */
	private static final Set<Integer> LATER = Set.of(503);

	/** Slow enough to be in the middle of when something dies. */
	private static final String SLOW = "output=40 delay=20ms";

	/** Long enough to be open for certain. */
	private static final String LONG = "output=400 delay=20ms";

	private static final String FAST = "output=5 delay=40ms";

	private static final int STREAMS = 50;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration SOON = Duration.ofMillis(50);

	@Test
	void abandonsTheOpenCallsOfAKilledGateway(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Tallygate.User user = tallygate.newUser();
			Set<String> before = billed(tallygate);
			try (Load load = Load.start(tallygate, user, CALLERS, SLOW)) {
				awaitAnswered(load, CALLERS);
				OpenStreams open = OpenStreams.open(tallygate, user, CALLERS, LONG);
				Awaitility.await().atMost(PATIENCE).until(() -> open.begun() == CALLERS);
				tallygate.kill(Service.GATEWAY);
				Awaitility.await().until(() -> load.broken() >= CALLERS);
				tallygate.startAgain(Service.GATEWAY);
				awaitAnswered(load, load.answered() + CALLERS);
			}
			Books books = tallygate.books(user);
			books.reconcile(before);
			Map<String, JsonNode> ledger = books.ledger();
			assertThat(ledger.values()).anyMatch((event) -> event.get("status").stringValue().equals("abandoned"));
			assertThat(ledger.values()).anyMatch((event) -> event.get("status").stringValue().equals("completed"));
		}
	}

	@Test
	void losesNothingWhenMeteringIsKilled(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			survives(tallygate, () -> {
				tallygate.kill(Service.METERING);
				tallygate.startAgain(Service.METERING);
			});
		}
	}

	@Test
	void losesNothingWhenTheBudgetServiceIsKilled(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			survives(tallygate, () -> {
				tallygate.kill(Service.BUDGET);
				tallygate.startAgain(Service.BUDGET);
			});
		}
	}

	@Test
	void losesNothingAndServesOnWhileKafkaIsAway(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			survives(tallygate, () -> {
				tallygate.killBroker();
				Thread.sleep(Duration.ofSeconds(3));
				tallygate.startBrokerAgain();
			});
		}
	}

	@Test
	void cutsNoStreamThatEndsInTimeWhenTheGatewayIsStopped(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Tallygate.User user = tallygate.newUser();
			Set<String> before = billed(tallygate);
			OpenStreams streams = OpenStreams.open(tallygate, user, STREAMS, "output=80 delay=50ms");
			Awaitility.await().atMost(PATIENCE).until(() -> streams.begun() == STREAMS);
			CompletableFuture<Boolean> stopped = CompletableFuture
				.supplyAsync(() -> tallygate.terminate(Service.GATEWAY));
			Awaitility.await().pollInterval(SOON).until(() -> !tallygate.ready(Service.GATEWAY));
			boolean redFirst = streams.allOpen();
			assertThat(streams.answers()).hasSize(STREAMS)
				.allSatisfy((answer) -> assertThat(answer).endsWith("data: [DONE]\n\n"));
			assertThat(redFirst).as("readiness is red before the first stream ends").isTrue();
			assertThat(stopped.join()).as("ended by itself").isTrue();
			tallygate.startAgain(Service.GATEWAY);
			Books books = tallygate.books(user);
			assertThat(books.awaitLedger(STREAMS).values()).hasSize(STREAMS)
				.allSatisfy((event) -> assertThat(event.get("status").stringValue()).isEqualTo("completed"))
				.allSatisfy((event) -> assertThat(event.get("usageSource").stringValue()).isEqualTo("provider"));
			books.reconcile(before);
		}
	}

	@Test
	void losesNothingWhenPostgresIsKilled(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			survives(tallygate, LATER, () -> {
				tallygate.killDatabase();
				tallygate.startDatabaseAgain();
			});
		}
	}

	@Test
	void countsNothingTwiceWhenConsumersComeBackThatWereGivenUp(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			survives(tallygate, Set.of(), () -> {
				Duration longest = Duration.ofSeconds(25);
				tallygate.freeze(Service.METERING);
				tallygate.freeze(Service.BUDGET);
				try {
					Awaitility.await()
						.atMost(longest)
						.until(() -> tallygate.consumers("metering", "budget", "budget-users") == 0);
				}
				finally {
					tallygate.thaw(Service.METERING);
					tallygate.thaw(Service.BUDGET);
				}
			});
		}
	}

	@Test
	void servesOnAndSaysSoWhenTheDiskOfTheSpoolIsFull(Tallygate tallygate) throws Exception {
		assumeThat(Tallygate.canFillDisks()).as("prlimit is there").isTrue();
		for (int round = 0; round < ROUNDS; round++) {
			survives(tallygate, Set.of(), () -> {
				tallygate.fillDisk(Service.GATEWAY);
				try {
					Awaitility.await()
						.atMost(PATIENCE)
						.until(() -> tallygate.health(Service.GATEWAY).equals("DEGRADED"));
					assertThat(tallygate.ready(Service.GATEWAY)).isTrue();
				}
				finally {
					tallygate.freeDisk(Service.GATEWAY);
				}
				Awaitility.await().atMost(PATIENCE).until(() -> tallygate.health(Service.GATEWAY).equals("UP"));
			});
		}
	}

	@Test
	@EnabledIfSystemProperty(named = "tallygate.system.random", matches = "[1-9][0-9]*")
	void reconcilesAfterFaultsInRandomOrder(Tallygate tallygate) throws Exception {
		long seed = Long.getLong("tallygate.system.seed", System.nanoTime());
		System.out.println(
				"Faults in random order: -Dtallygate.system.random=" + RANDOM + " -Dtallygate.system.seed=" + seed);
		Random random = new Random(seed);
		Tallygate.User user = tallygate.newUser();
		Set<String> before = billed(tallygate);
		List<NamedFault> faults = NamedFault.all(tallygate);
		try (Load load = Load.start(tallygate, user, CALLERS, FAST)) {
			for (int i = 0; i < RANDOM; i++) {
				awaitAnswered(load, load.answered() + random.nextInt(2 * CALLERS));
				NamedFault fault = faults.get(random.nextInt(faults.size()));
				System.out.println("Fault " + (i + 1) + ": " + fault.name());
				fault.fault().happen(Duration.ofMillis(random.nextInt(3000)));
				awaitAnswered(load, load.answered() + CALLERS);
			}
			load.stop();
			assertThat(load.refusals()).isSubsetOf(LATER);
		}
		tallygate.books(user).reconcile(before);
	}

	private static void survives(Tallygate tallygate, Fault fault) throws Exception {
		survives(tallygate, Set.of(), fault);
	}

	/**
	 * Nobody who calls notices but for the refusals that are meant, and everything is
	 * counted.
	 */
	private static void survives(Tallygate tallygate, Set<Integer> refusals, Fault fault) throws Exception {
		Tallygate.User user = tallygate.newUser();
		Set<String> before = billed(tallygate);
		int answered;
		try (Load load = Load.start(tallygate, user, CALLERS, FAST)) {
			awaitAnswered(load, CALLERS);
			fault.happen();
			awaitAnswered(load, load.answered() + CALLERS);
			load.stop();
			answered = load.answered();
			assertThat(load.refusals()).isSubsetOf(refusals);
			assertThat(load.broken()).isZero();
		}
		Books books = tallygate.books(user);
		assertThat(books.awaitLedger(answered)).hasSize(answered);
		books.reconcile(before);
	}

	private static void awaitAnswered(Load load, int calls) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> load.answered() >= calls);
	}

	private static Set<String> billed(Tallygate tallygate) {
		return new HashSet<>(tallygate.books().bill(Set.of()).keySet());
	}

	/**
	 * Something goes wrong.
	 */
	@FunctionalInterface
	private interface Fault {

		/** Now. */
		void happen() throws InterruptedException;

	}

	/**
	 * Something that goes wrong for a while.
	 */
	@FunctionalInterface
	private interface LastingFault {

		/** Now, for so long. */
		void happen(Duration duration) throws InterruptedException;

	}

	/**
	 * One to choose.
	 */
	private record NamedFault(String name, LastingFault fault) {

		static List<NamedFault> all(Tallygate tallygate) {
			List<NamedFault> faults = new ArrayList<>();
			for (Service service : List.of(Service.GATEWAY, Service.KEYS, Service.METERING, Service.BUDGET)) {
				faults.add(new NamedFault("kill " + service, (duration) -> {
					tallygate.kill(service);
					Thread.sleep(duration);
					tallygate.startAgain(service);
				}));
				faults.add(new NamedFault("stop " + service, (duration) -> {
					tallygate.terminate(service);
					Thread.sleep(duration);
					tallygate.startAgain(service);
				}));
				faults.add(new NamedFault("freeze " + service, (duration) -> {
					tallygate.freeze(service);
					Thread.sleep(duration.multipliedBy(2));
					tallygate.thaw(service);
				}));
			}
			faults.add(new NamedFault("kill Kafka", (duration) -> {
				tallygate.killBroker();
				Thread.sleep(duration);
				tallygate.startBrokerAgain();
			}));
			faults.add(new NamedFault("kill PostgreSQL", (duration) -> {
				tallygate.killDatabase();
				Thread.sleep(duration);
				tallygate.startDatabaseAgain();
			}));
			if (Tallygate.canFillDisks()) {
				faults.add(new NamedFault("fill the gateway's disk", (duration) -> {
					tallygate.fillDisk(Service.GATEWAY);
					Thread.sleep(duration);
					tallygate.freeDisk(Service.GATEWAY);
				}));
			}
			return faults;
		}

	}

}
