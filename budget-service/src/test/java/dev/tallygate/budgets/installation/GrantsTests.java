package dev.tallygate.budgets.installation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantsTests {

	private static final long LIMIT = 1000;

	@Test
	void oneGatewayGetsAllAtOnce() {
		Grants grants = none("a").ask("a", 1, 1, 10);
		assertThat(grants.granted("a")).isEqualTo(LIMIT);
	}

	@Test
	void severalLeaveSomeToEachOther() {
		Grants grants = none("a", "b").ask("a", 1, 1, 200);
		assertThat(grants.granted("a")).isEqualTo(200 + 800 / 8);
	}

	@Test
	void moreIsGivenWholeOrNotAtAllAndThenItIsWanted() {
		Grants grants = none("a", "b").ask("a", 1, 1, 900).ask("b", 2, 1, 200);
		assertThat(grants.granted("b")).isZero();
		assertThat(grants.wanted()).isTrue();
		Grants after = grants.ask("a", 1, 2, 100).ask("b", 2, 2, 200);
		assertThat(after.granted("b")).as("nothing extra while it is wanted").isEqualTo(200);
		assertThat(after.wanted()).isFalse();
	}

	@Test
	void whatWasAskedBeforeOrByAnEarlierProcessChangesNothing() {
		Grants grants = none("a").ask("a", 2, 5, 100);
		assertThat(grants.ask("a", 2, 5, 7)).isEqualTo(grants);
		assertThat(grants.ask("a", 1, 9, 7)).isEqualTo(grants);
	}

	@Test
	void whatASourceThatIsClosedHasSpentStaysSpent() {
		Grants grants = new Grants(LIMIT, false, Set.of("b"), Map.of("a", 300L, "", 50L),
				Map.of("a", new Grants.Grant(600, 1, 1)));
		assertThat(grants.kept()).isEqualTo(350);
		assertThat(grants.ask("b", 2, 1, 651).granted("b")).isZero();
		assertThat(grants.ask("b", 2, 1, 650).granted("b")).isEqualTo(650);
	}

	@Test
	void theSumHoldsInAnyOrderOfAskingAndCounting() {
		long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
		for (int schedule = 0; schedule < 500; schedule++) {
			Random random = new Random(seed + schedule);
			List<String> sources = List.of("a", "b", "c", "d").subList(0, 1 + random.nextInt(4));
			Map<String, Long> spent = new HashMap<>();
			Grants grants = none(sources.toArray(String[]::new));
			for (int step = 0; step < 300; step++) {
				String source = sources.get(random.nextInt(sources.size()));
				if (random.nextBoolean()) {
					long least = spent.getOrDefault(source, 0L);
					grants = grants.ask(source, 1, random.nextInt(step + 5), least + random.nextLong(LIMIT / 2));
				}
				else if (grants.granted(source) > spent.getOrDefault(source, 0L)) {
					spent.merge(source, 1 + random.nextLong(grants.granted(source) - spent.getOrDefault(source, 0L)),
							Long::sum);
					Map<String, Long> counted = new HashMap<>(grants.counted());
					counted.put(source, spent.get(source));
					grants = new Grants(LIMIT, grants.wanted(), grants.open(), counted, grants.of());
				}
				assertThat(grants.kept()).as("-Dtallygate.test.seed=%s step %s", seed + schedule, step)
					.isLessThanOrEqualTo(LIMIT);
			}
		}
	}

	private static Grants none(String... open) {
		return new Grants(LIMIT, false, new HashSet<>(List.of(open)), Map.of(), Map.of());
	}

}
