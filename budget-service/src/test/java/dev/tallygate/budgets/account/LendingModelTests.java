package dev.tallygate.budgets.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.budgets.account.Lending.Ask;
import dev.tallygate.budgets.account.Lending.Line;
import dev.tallygate.budgets.account.Lending.Sources;
import dev.tallygate.events.NanoUsd;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The protocol of lines, explored by random schedules: gateways that admit, settle, ask,
 * promise to do with less, crash and come back with what their spool and an old snapshot
 * say; budget-service that counts, decides and tells; and a network that drops, delays,
 * doubles and reorders all of it. After every step:
 * <p>
 * counted + Σ (settled and not counted) + Σ held by open calls ≤ limit.
 * <p>
 * budget-service's side is the real {@link Lending}; a gateway's is the rules of the
 * protocol. A pause of either side is a schedule in which the others move.
 */
class LendingModelTests {

	private static final int SCHEDULES = Integer.getInteger("lending.schedules", 3_000);

	private static final int STEPS = 250;

	@ParameterizedTest
	@ValueSource(longs = { 12, 4_000, 100_000_000_000L })
	void theLimitHoldsAtEveryStepOfEverySchedule(long limit) {
		long first = Long.getLong("lending.seed", System.nanoTime());
		long granted = 0;
		long spent = 0;
		for (long seed = first; seed < first + SCHEDULES; seed++) {
			World world = new World(limit, new Random(seed));
			for (int step = 0; step < STEPS; step++) {
				String what = world.step();
				assertThat(world.exposed()).as("seed %d, step %d: %s", seed, step, what).isLessThanOrEqualTo(limit);
			}
			granted += world.admitted;
			spent += world.counted;
		}
		// A protocol that grants nothing would hold as well.
		assertThat(granted).isGreaterThan(SCHEDULES / 10);
		assertThat(spent).isPositive();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 5 })
	void whatIsLeftIsFoundByWhoeverNeedsItOnceOthersAreIdle(int gateways) {
		for (long seed = 0; seed < Math.min(300, SCHEDULES); seed++) {
			World world = new World(10, new Random(seed), gateways);
			world.reliable = true;
			for (int step = 0; step < 200; step++) {
				world.step();
			}
			world.settle();
			Gateway last = world.gateways.getLast();
			for (int i = 0; i < 200 && world.counted < 10; i++) {
				last.admit(1);
				world.settle();
			}
			assertThat(world.counted).as("seed %d: all of the limit can be spent", seed).isEqualTo(10);
		}
	}

	/** What was lent under the old one is given back, though nobody asks for more. */
	@ParameterizedTest
	@ValueSource(longs = { 12, 4_000, 100_000_000_000L })
	void aLoweredLimitHoldsOnceItHasArrived(long limit) {
		for (long seed = 0; seed < Math.min(500, SCHEDULES); seed++) {
			World world = new World(limit, new Random(seed), 1 + (int) (seed % 5));
			world.reliable = true;
			for (int step = 0; step < 100; step++) {
				world.step();
			}
			world.lower(world.counted + (limit - world.counted) / 2);
			for (int i = 0; i < 50 && !world.isAtRest(); i++) {
				world.settle();
			}
			long most = Math.max(world.limit, world.counted);
			assertThat(world.exposed()).as("seed %d: nothing is under way any more", seed).isEqualTo(world.counted);
			assertThat(world.counted + world.lending.lent(world.sources())).as("seed %d, lent", seed)
				.isLessThanOrEqualTo(most);
			for (int step = 0; step < 100; step++) {
				String what = world.step();
				assertThat(world.exposed()).as("seed %d, step %d: %s", seed, step, what).isLessThanOrEqualTo(most);
			}
		}
	}

	@Test
	void aRequestThatComesLateLowersNothing() {
		Sources sources = new Sources(2, Map.of("a", 1L, "b", 2L));
		Lending lending = Lending.none("2026-11", 1).at("2026-11", 100, 100, 1, sources);
		Lending raised = lending.ask(new Ask("a", 1, 2, 5, 50), 100, sources);
		assertThat(raised.ask(new Ask("a", 1, 1, 5, 10), 100, sources)).isEqualTo(raised);
		assertThat(raised.ask(new Ask("a", 1, 3, 5, 10), 100, sources).believed("a", sources)).isEqualTo(10);
		assertThat(raised.ask(new Ask("a", 1, 3, 0, 10), 100, sources)).isEqualTo(raised);
	}

	@Test
	void moreIsGivenWholeOrNotAtAllAndIsWantedThen() {
		Sources sources = new Sources(2, Map.of("a", 1L, "b", 2L));
		Lending lending = Lending.none("2026-11", 1)
			.at("2026-11", 100, 100, 1, sources)
			.ask(new Ask("a", 1, 1, 5, 80), 100, sources);
		long left = 100 - lending.believed("a", sources);
		Lending asked = lending.ask(new Ask("b", 2, 1, 5, left + 1), 100, sources);
		assertThat(asked.believed("b", sources)).isZero();
		assertThat(asked.wanted()).isTrue();
		assertThat(asked.ask(new Ask("b", 2, 2, 5, left), 100, sources).of().get("b")).isEqualTo(new Line(left, 2, 2));
	}

	@Test
	void allThatIsLeftCanBeHadAndOneGatewayHasAllOfIt() {
		Sources one = new Sources(1, Map.of("a", 1L));
		Lending lending = Lending.none("2026-11", 1).at("2026-11", 100, 100, 1, one);
		assertThat(lending.ask(new Ask("a", 1, 1, 5, 100), 100, one).believed("a", one)).isEqualTo(100);
		assertThat(lending.ask(new Ask("a", 1, 1, 5, 40), 100, one).believed("a", one)).isEqualTo(100);
		Lending tooMuch = lending.ask(new Ask("a", 1, 1, 5, 101), 100, one);
		assertThat(tooMuch.believed("a", one)).isZero();
		assertThat(tooMuch.wanted()).isTrue();
	}

	@Test
	void severalGatewaysLeaveSomeToEachOther() {
		Sources two = new Sources(2, Map.of("a", 1L, "b", 2L));
		Lending lending = Lending.none("2026-11", 1).at("2026-11", 100, 100, 1, two);
		Lending asked = lending.ask(new Ask("a", 1, 1, 5, 20), 100, two);
		assertThat(asked.believed("a", two)).as("an eighth of the 80 that are left comes with it").isEqualTo(30);
		Lending less = asked.ask(new Ask("a", 1, 2, 5, 30), 100, two);
		assertThat(less.believed("a", two)).as("what it has is no wish for more").isEqualTo(30);
		Lending wanted = asked.ask(new Ask("b", 2, 1, 5, 71), 100, two);
		Lending alone = wanted.ask(new Ask("a", 1, 2, 5, 40), 100, two);
		assertThat(alone.believed("a", two)).as("nothing comes with it while another waits").isEqualTo(40);
	}

	@Test
	void whatWasCountedIsNotLentAnyMoreAndNothingElseChanges() {
		Sources one = new Sources(1, Map.of("a", 1L));
		Lending lending = Lending.none("2026-11", 1)
			.at("2026-11", 100, 100, 1, one)
			.ask(new Ask("a", 1, 1, 5, 100), 100, one);
		assertThat(lending.counted("a", 0)).isSameAs(lending);
		assertThat(lending.counted("a", -5)).isSameAs(lending);
		assertThat(lending.counted("b", 5)).isSameAs(lending);
		assertThat(lending.counted("a", 1).believed("a", one)).isEqualTo(99);
		assertThat(lending.counted("a", 101).believed("a", one)).isZero();
	}

	@Test
	void theLinesOfAGatewayThatIsGoneAreGone() {
		Sources two = new Sources(2, Map.of("a", 1L, "b", 2L));
		Lending lending = Lending.none("2026-11", 1)
			.at("2026-11", 100, 100, 1, two)
			.ask(new Ask("a", 1, 1, 5, 20), 100, two)
			.ask(new Ask("b", 2, 1, 5, 20), 100, two);
		Lending after = lending.at("2026-11", 100, 100, 2, new Sources(3, Map.of("b", 2L)));
		assertThat(after.of()).containsOnlyKeys("b");
		assertThat(after.of().get("b")).isEqualTo(lending.of().get("b"));
		assertThat(after.told(two).of()).containsOnlyKeys("b");
	}

	@Test
	void farFromTheLimitEveryGatewayHasASliceUnasked() {
		Sources sources = new Sources(2, Map.of("a", 1L, "b", 2L));
		long limit = NanoUsd.ofCents(100_000).value();
		Lending far = Lending.none("2026-11", 1).at("2026-11", limit, limit, 1, sources);
		assertThat(far.slice()).isEqualTo(limit / 16);
		Lending near = far.at("2026-11", limit, limit / 8, 2, sources);
		assertThat(near.slice()).isZero();
		assertThat(near.believed("a", sources)).isEqualTo(limit / 16);
		assertThat(near.ask(new Ask("a", 1, 1, 5, 0), limit / 8, sources).believed("a", sources)).isZero();
	}

	@Test
	void aGatewayThatRegistersLaterHasNoPartInAnOldSlice() {
		Sources before = new Sources(1, Map.of("a", 1L));
		Sources after = new Sources(2, Map.of("a", 1L, "b", 2L));
		long limit = NanoUsd.ofCents(100_000).value();
		Lending far = Lending.none("2026-11", 1).at("2026-11", limit, limit, 1, before);
		assertThat(far.told(after).epoch()).isEqualTo(1);
		assertThat(far.believed("b", after)).isZero();
		assertThat(far.at("2026-11", limit, limit, 2, after).told(after).epoch()).isEqualTo(2);
	}

	/** What a gateway is told. */
	private record Status(long version, long spent, Map<String, Long> applied, Lending lending, long epoch) {

	}

	/** A settled call on its way to being counted. */
	private record Settled(String source, long seq, long cost) {

	}

	/** A request on its way. */
	private record Request(Gateway from, int life, Ask ask) {

	}

	/** An answer on its way. */
	private record Answer(Gateway to, int life, long ask, Status status) {

	}

	private static final class World {

		final Random random;

		long limit;

		final List<Gateway> gateways = new ArrayList<>();

		/** In the order of each source, as a partition keeps it. */
		final Map<String, List<Settled>> topic = new TreeMap<>();

		final List<Request> requests = new ArrayList<>();

		final List<Answer> answers = new ArrayList<>();

		final List<Status> published = new ArrayList<>();

		final Map<String, Long> applied = new HashMap<>();

		final Map<String, Long> sessions = new HashMap<>();

		final Map<String, Long> since = new HashMap<>();

		Lending lending = Lending.none("2026-11", 1);

		long epoch;

		long version = 1;

		long counted;

		long admitted;

		boolean reliable;

		World(long limit, Random random) {
			this(limit, random, 1 + random.nextInt(4));
		}

		World(long limit, Random random, int gateways) {
			this.limit = limit;
			this.random = random;
			for (int i = 0; i < gateways; i++) {
				this.gateways.add(new Gateway(this, "/gateway/" + i));
			}
			publish();
		}

		long exposed() {
			long uncounted = this.topic.values().stream().flatMap(List::stream).mapToLong(Settled::cost).sum();
			return this.counted + uncounted + this.gateways.stream().mapToLong(Gateway::held).sum();
		}

		Sources sources() {
			return new Sources(this.epoch, this.since);
		}

		String step() {
			Gateway gateway = this.gateways.get(this.random.nextInt(this.gateways.size()));
			int choice = this.random.nextInt(20);
			switch (choice) {
				case 0, 1, 2, 3, 4 -> gateway.admit(1 + this.random.nextLong(Math.max(1, this.limit / 3)));
				case 5, 6, 7, 8 -> gateway.settleOne();
				case 9, 10, 11 -> countOne();
				case 12, 13 -> decideOne();
				case 14, 15 -> answerOne();
				case 16, 17 -> gateway.hear();
				case 18 -> gateway.giveBack();
				default -> {
					if (!this.reliable) {
						gateway.crash();
					}
				}
			}
			return "choice " + choice + " of " + gateway.source;
		}

		/** Nothing is under way any more, and no more is lent than is left. */
		boolean isAtRest() {
			return exposed() == this.counted && this.requests.isEmpty() && this.answers.isEmpty()
					&& this.lending.lent(sources()) <= Math.max(0, this.limit - this.counted);
		}

		void lower(long to) {
			this.limit = to;
			write();
		}

		/** Lets all that is under way arrive, and nothing new begin. */
		void settle() {
			for (int i = 0; i < 60; i++) {
				this.gateways.forEach(Gateway::settleOne);
				countOne();
				decideOne();
				answerOne();
				this.gateways.forEach(Gateway::hearLatest);
				this.gateways.forEach(Gateway::giveBackIfWanted);
			}
		}

		void countOne() {
			List<String> waiting = this.topic.keySet()
				.stream()
				.filter((source) -> !this.topic.getOrDefault(source, List.of()).isEmpty())
				.toList();
			if (waiting.isEmpty()) {
				return;
			}
			String source = waiting.get(this.random.nextInt(waiting.size()));
			List<Settled> calls = this.topic.getOrDefault(source, List.of());
			int batch = 1 + this.random.nextInt(calls.size());
			for (int i = 0; i < batch; i++) {
				Settled call = calls.removeFirst();
				this.counted += call.cost();
				this.applied.put(source, call.seq());
				this.lending = this.lending.counted(source, call.cost());
			}
			write();
		}

		/** As an account is written: the lending brought up to what is counted. */
		private void write() {
			this.version++;
			this.lending = this.lending.at("2026-11", this.limit, this.limit - this.counted, this.version, sources());
			publish();
		}

		private void publish() {
			this.published.add(status());
		}

		private Status status() {
			return new Status(this.version, this.counted, Map.copyOf(this.applied), this.lending,
					this.lending.told(sources()).epoch());
		}

		void decideOne() {
			if (this.requests.isEmpty()) {
				return;
			}
			Request request = this.requests.remove(this.random.nextInt(this.requests.size()));
			if (!this.reliable && this.random.nextInt(8) == 0) {
				return;
			}
			if (!this.reliable && this.random.nextInt(8) == 0) {
				this.requests.add(request);
			}
			Ask ask = request.ask();
			if (this.sessions.getOrDefault(ask.source(), 0L) != ask.session()) {
				return;
			}
			this.lending = this.lending
				.at("2026-11", this.limit, this.limit - this.counted, this.version + 1, sources())
				.ask(ask, this.limit - this.counted, sources());
			write();
			this.answers.add(new Answer(request.from(), request.life(), ask.number(), status()));
		}

		void answerOne() {
			if (this.answers.isEmpty()) {
				return;
			}
			Answer answer = this.answers.remove(this.random.nextInt(this.answers.size()));
			if (!this.reliable && this.random.nextInt(8) == 0) {
				return;
			}
			answer.to().answered(answer);
		}

		long register(String source) {
			this.epoch++;
			this.sessions.put(source, this.epoch);
			this.since.putIfAbsent(source, this.epoch);
			return this.epoch;
		}

	}

	/** A gateway by the rules of the protocol. */
	private static final class Gateway {

		final World world;

		final String source;

		/** Open calls, by what they hold. */
		private final List<Long> open = new ArrayList<>();

		/** The spool: what settled, also what may be counted already. */
		private final List<Settled> own = new ArrayList<>();

		/**
		 * Lines asked for and not answered, by the number of the request. Each is a
		 * promise to do with it: whatever was asked as more can turn out to be less when
		 * it is decided.
		 */
		private final TreeMap<Long, Long> promised = new TreeMap<>();

		private long lastSeq;

		private long session;

		private long lastAsk;

		private int life;

		private Status status = new Status(0, 0, Map.of(), Lending.none("2026-11", 0), 0);

		Gateway(World world, String source) {
			this.world = world;
			this.source = source;
			this.session = world.register(source);
		}

		long held() {
			return this.open.stream().mapToLong(Long::longValue).sum();
		}

		private long uncounted() {
			long applied = this.status.applied().getOrDefault(this.source, 0L);
			return this.own.stream().filter((call) -> call.seq() > applied).mapToLong(Settled::cost).sum();
		}

		private long line() {
			if (this.status.epoch() < this.session) {
				return 0;
			}
			Line line = this.status.lending().of().get(this.source);
			long told = (line != null) ? line.nanos() : this.status.lending().slice();
			return Math.min(told, this.promised.values().stream().mapToLong(Long::longValue).min().orElse(told));
		}

		void admit(long need) {
			if (uncounted() + held() + need <= line()) {
				this.open.add(need);
				this.world.admitted++;
			}
			else {
				ask(uncounted() + held() + need);
			}
		}

		private void ask(long line) {
			this.world.requests.add(new Request(this, this.life,
					new Ask(this.source, this.session, ++this.lastAsk, this.status.version(), line)));
			this.promised.put(this.lastAsk, line);
		}

		void giveBack() {
			ask(uncounted() + held());
		}

		void giveBackIfWanted() {
			Line line = this.status.lending().of().get(this.source);
			long believed = (line != null) ? line.nanos()
					: Math.max(this.status.lending().slice(), this.status.lending().recalled());
			if (this.status.lending().wanted() && believed > uncounted() + held()) {
				giveBack();
			}
		}

		/** A call costs what it held at most. */
		void settleOne() {
			if (this.open.isEmpty()) {
				return;
			}
			long held = this.open.remove(this.world.random.nextInt(this.open.size()));
			spool(this.world.reliable ? held : this.world.random.nextLong(held + 1));
		}

		private void spool(long cost) {
			Settled call = new Settled(this.source, ++this.lastSeq, cost);
			this.own.add(call);
			this.world.topic.computeIfAbsent(this.source, (key) -> new ArrayList<>()).add(call);
		}

		/** Any status may arrive, old ones too; the newest counts. */
		void hear() {
			take(this.world.published.get(this.world.random.nextInt(this.world.published.size())));
		}

		void hearLatest() {
			take(this.world.published.getLast());
		}

		void answered(Answer answer) {
			if (answer.life() == this.life) {
				take(answer.status());
				this.promised.headMap(answer.ask(), true).clear();
			}
		}

		private void take(Status newer) {
			if (newer.version() > this.status.version()) {
				this.status = newer;
			}
		}

		/**
		 * kill -9: open calls are settled as abandoned, promises are forgotten, and the
		 * status is whatever an old snapshot says.
		 */
		void crash() {
			List.copyOf(this.open).forEach((held) -> spool(this.world.random.nextLong(held + 1)));
			this.open.clear();
			this.promised.clear();
			this.life++;
			this.lastAsk = 0;
			this.status = this.world.published.get(this.world.random.nextInt(this.world.published.size()));
			this.session = this.world.register(this.source);
		}

	}

}
