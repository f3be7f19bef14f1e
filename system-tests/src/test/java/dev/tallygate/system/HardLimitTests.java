package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.NanoUsd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hard budget over several gateways, while these and budget-service are killed, stopped
 * and continued. Some hundred callers want at once what is enough for ten, again and
 * again: each fault finds a budget that was just raised by ten calls. Afterwards nothing
 * is over, nobody was refused for good who would have fit, and all of the budget could be
 * used.
 */
@EnabledIfSystemProperty(named = "tallygate.system.limit-rounds", matches = "[1-9][0-9]*")
@ExtendWith(TallygateExtension.class)
class HardLimitTests {

	private static final int GATEWAYS = Integer.getInteger("tallygate.system.limit-gateways", 2);

	private static final int ROUNDS = Integer.getInteger("tallygate.system.limit-rounds", 1);

	private static final int CALLERS = Integer.getInteger("tallygate.system.limit-callers", 200);

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	/** What ten calls of 980 tokens of gpt-4o cost at most. */
	private static final int TEN_CALLS_CENTS = 10;

	@Test
	void holdsOverAllGatewaysWhateverHappensToThem(Tallygate tallygate, @TempDir Path folder) throws Exception {
		long seed = Long.getLong("tallygate.system.seed", System.nanoTime());
		Random random = new Random(seed);
		Set<String> before = new HashSet<>(tallygate.books().bill(Set.of()).keySet());
		List<Crowd> crowds = new ArrayList<>();
		int faults = 0;
		try (GatewayFleet gateways = GatewayFleet.start(tallygate, GATEWAYS, folder)) {
			crowds.add(Crowd.of("max_tokens", tallygate, gateways, CALLERS, ",\"max_tokens\":980"));
			crowds.add(Crowd.of("streams", tallygate, gateways, CALLERS / 8, ",\"stream\":true"));
			crowds.add(Crowd.of("open-ended", tallygate, gateways, CALLERS / 8, ""));
			for (int round = 0; round < ROUNDS; round++) {
				List<GatewayFleet.Fault> all = new ArrayList<>(gateways.faults());
				Collections.shuffle(all, random);
				for (GatewayFleet.Fault fault : all) {
					crowds.forEach((crowd) -> crowd.raise(TEN_CALLS_CENTS));
					Thread.sleep(random.nextInt(1000));
					System.out.println("R5: " + fault.name());
					fault.happen(random);
					faults++;
					crowds.forEach((crowd) -> crowd.awaitUsedUp(PATIENCE));
				}
			}
			crowds.forEach(Crowd::stop);
			System.out.printf("R5: %d gateways, %d faults, seed %d%n", GATEWAYS, faults, seed);
			System.out.printf("R5: %s%n", gateways.waits());
		}
		tallygate.books(crowds.stream().map(Crowd::user).toArray(Tallygate.User[]::new)).reconcile(before);
		for (Crowd crowd : crowds) {
			System.out.printf("R5: %s%n", crowd.summary());
		}
		for (Crowd crowd : crowds) {
			assertThat(crowd.phantoms()).as(crowd.summary()).isEmpty();
			assertThat(crowd.mostSpent()).as("what callers were told was spent").isLessThanOrEqualTo(crowd.spent());
		}
		assertThat(crowds.getFirst().over()).as(crowds.getFirst().summary()).isNotPositive();
		assertThat(crowds.get(1).over()).as("what was sent before the cancel arrived: " + crowds.get(1).summary())
			.isLessThan(NanoUsd.PER_CENT);
	}

}
