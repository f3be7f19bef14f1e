package dev.tallygate.system;

import dev.tallygate.launcher.Service;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything reconciles with the provider's bill, whatever is killed under load. Runs
 * each fault {@code -Dtallygate.system.rounds} times, once by default.
 */
@ExtendWith(TallygateExtension.class)
class FaultTests {

	private static final int ROUNDS = Integer.getInteger("tallygate.system.rounds", 1);

	private static final int CALLERS = 16;

	/** Slow enough to be in the middle of when something dies. */
	private static final String SLOW = "output=40 delay=20ms";

	private static final String FAST = "output=5";

	@Test
	void abandonsTheOpenCallsOfAKilledGateway(Tallygate tallygate) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Tallygate.User user = tallygate.newUser();
			Set<String> before = billed(tallygate);
			try (Load load = Load.start(tallygate, user, CALLERS, SLOW)) {
				awaitAnswered(load, CALLERS);
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

	/** Nobody who calls notices, and everything is counted. */
	private static void survives(Tallygate tallygate, Fault fault) throws Exception {
		Tallygate.User user = tallygate.newUser();
		Set<String> before = billed(tallygate);
		int answered;
		try (Load load = Load.start(tallygate, user, CALLERS, FAST + " delay=10ms")) {
			awaitAnswered(load, CALLERS);
			fault.happen();
			awaitAnswered(load, load.answered() + CALLERS);
			load.stop();
			answered = load.answered();
			assertThat(load.refused()).isZero();
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

}
