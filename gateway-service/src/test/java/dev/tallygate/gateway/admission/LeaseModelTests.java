package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The protocol of leases in random schedules: gateways as they are, a budget-service of a
 * few lines, and everything between them lost, doubled, delayed, overtaken, paused or
 * killed. After every step: what is counted, what is not counted yet and what open calls
 * hold add up to no more than the limit.
 */
class LeaseModelTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final YearMonth MONTH = YearMonth.of(2026, 11);

	/** A nano-USD a token. */
	private static final CallPrice PRICE = CallPrice.of(PriceRow.of("p", "m", 1_000_000, 1_000_000, Instant.EPOCH));

	private static final int SCHEDULES = Integer.getInteger("tallygate.test.schedules", 400);

	@Test
	void theLimitHoldsAtEveryInstantWhateverIsLostPausedOrKilled() {
		long seed = Long.getLong("tallygate.test.seed", System.nanoTime());
		int admitted = 0;
		int waited = 0;
		int steps = 0;
		for (int schedule = 0; schedule < SCHEDULES; schedule++) {
			World world = new World(new Random(seed + schedule), 1 + schedule % 5);
			String what = "-Dtallygate.test.seed=" + (seed + schedule);
			for (int step = 0; step < 400; step++) {
				String did = world.step();
				assertThat(world.total()).as("%s step %d (%s)", what, step, did)
					.isLessThanOrEqualTo(world.server.limit);
				assertThat(world.server.counted + world.server.lent()).as("%s step %d (%s), lent", what, step, did)
					.isLessThanOrEqualTo(world.server.limit);
				steps++;
			}
			world.settle();
			if (world.server.limit - world.server.counted >= 1000) {
				assertThat(world.admitsEventually(1000)).as("%s: nobody is refused who fits", what).isTrue();
			}
			admitted += world.admitted;
			waited += world.waited;
		}
		System.out.printf("%,d schedules, %,d steps, %,d calls admitted, %,d had to wait, seed %d%n", SCHEDULES, steps,
				admitted, waited, seed);
		assertThat(admitted).isGreaterThan(SCHEDULES * 5);
	}

	/** Budget-service, one user and one limit. */
	private static final class Server {

		private final UserId user;

		private final long limit;

		private long counted;

		private long version;

		private long registrations;

		private boolean wanted;

		private long slice;

		private final Map<String, Long> applied = new HashMap<>();

		private final Map<String, Long> sessions = new HashMap<>();

		private final Map<String, Integer> processes = new HashMap<>();

		private final Map<String, Long> of = new HashMap<>();

		/** The most that a source without a line of its own may believe to have. */
		private final Map<String, Long> believed = new HashMap<>();

		private final Map<String, Long> lastAsk = new HashMap<>();

		Server(UserId user, long limit) {
			this.user = user;
			this.limit = limit;
		}

		long lent() {
			return this.sessions.keySet().stream().mapToLong(this::lentTo).sum();
		}

		private long lentTo(String source) {
			return this.of.containsKey(source) ? this.of.get(source) : this.believed.getOrDefault(source, 0L);
		}

		long register(String source, int process) {
			if (!Integer.valueOf(process).equals(this.processes.put(source, process))) {
				this.sessions.put(source, ++this.registrations);
				this.lastAsk.put(source, 0L);
				// The process before may have believed in a slice; now it is a line.
				if (this.believed.containsKey(source) && !this.of.containsKey(source)) {
					this.of.put(source, this.believed.remove(source));
				}
			}
			return this.sessions.getOrDefault(source, 0L);
		}

		void count(String source, long seq, long cost) {
			if (seq <= this.applied.getOrDefault(source, 0L)) {
				return;
			}
			this.applied.put(source, seq);
			this.counted += cost;
			this.of.put(source, Math.max(0, lentTo(source) - cost));
			this.believed.remove(source);
		}

		@Nullable BudgetStatus ask(String source, long session, Ask ask) {
			if (this.sessions.getOrDefault(source, 0L) != session) {
				return null;
			}
			if (ask.ask() > this.lastAsk.getOrDefault(source, 0L)) {
				this.lastAsk.put(source, ask.ask());
				long now = lentTo(source);
				if (ask.line() <= now) {
					this.of.put(source, ask.line());
					this.believed.remove(source);
					this.wanted = this.wanted && this.limit - this.counted - lent() < this.limit / 10;
				}
				else if (this.counted + lent() - now + ask.line() <= this.limit) {
					this.of.put(source, ask.line());
					this.believed.remove(source);
				}
				else {
					this.wanted = true;
				}
			}
			return status();
		}

		BudgetStatus status() {
			long each = this.limit / (8L * Math.max(1, this.sessions.size()));
			long more = this.sessions.keySet()
				.stream()
				.filter((source) -> !this.of.containsKey(source))
				.mapToLong((source) -> Math.max(0, each - this.believed.getOrDefault(source, 0L)))
				.sum();
			this.slice = (this.counted + lent() + more <= this.limit / 2) ? each : 0;
			long recalled = 0;
			for (String source : this.sessions.keySet()) {
				if (!this.of.containsKey(source)) {
					this.believed.merge(source, this.slice, Math::max);
					recalled = Math.max(recalled, this.believed.getOrDefault(source, 0L));
				}
			}
			Map<String, NanoUsd> lines = new HashMap<>();
			this.of.forEach((source, line) -> lines.put(source, new NanoUsd(line)));
			Map<String, Lines> scopes = Map.of(BudgetStatus.BUDGET_SCOPE,
					new Lines(new NanoUsd(this.slice), new NanoUsd(recalled), this.wanted, this.registrations, lines));
			return new BudgetStatus(this.user, ++this.version, "UTC", MONTH, Instant.parse("2026-12-01T00:00:00Z"),
					this.limit / NanoUsd.PER_CENT, Limit.BUDGET, Enforcement.HARD, new NanoUsd(this.counted),
					Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"), 1000, 0, NanoUsd.ZERO,
					this.applied, scopes, null);
		}

	}

	/** A gateway's process, and what it leaves on the disk. */
	private static final class Gateway implements Lender {

		private final String source;

		private final UserId user;

		/** What settled, in order; the spool. */
		private final List<PostedCall> spool = new ArrayList<>();

		private final List<Reservation> open = new ArrayList<>();

		/** What was delivered of each. */
		private final Map<Reservation, Long> delivered = new HashMap<>();

		private final Deque<BudgetStatus> topic = new ArrayDeque<>();

		private final Set<Account> asking = new LinkedHashSet<>();

		private Admission admission;

		private int process;

		private long session;

		private long asks;

		private int counted;

		/** Whether it has read its topic, without which it takes no calls. */
		private boolean ready;

		Gateway(int number, UserId user) {
			this.source = "/gateway/" + number + "/1";
			this.user = user;
			this.admission = begin();
		}

		private Admission begin() {
			this.process++;
			this.session = 0;
			this.asks = 0;
			this.asking.clear();
			Admission begun = new Admission(this.source,
					new AdmissionProperties(512, Duration.ZERO, Duration.ofSeconds(30), Duration.ofHours(2),
							Path.of("unused"), Duration.ofSeconds(30), Duration.ofSeconds(5), 1000, true, 64,
							Duration.ZERO),
					Clock.fixed(NOW, ZoneOffset.UTC));
			begun.signOfLife(0, NOW);
			begun.lender(this);
			EarlierCalls earlier = new EarlierCalls();
			this.spool.forEach(earlier::add);
			begun.recovered(earlier);
			return begun;
		}

		/** Killed: what was open is charged with what was delivered, or less. */
		void kill(Random random) {
			for (Reservation call : this.open) {
				settled(random.nextLong(Math.max(1, mostOf(call) + 1)));
			}
			this.open.clear();
			this.delivered.clear();
			this.ready = false;
			this.admission = begin();
		}

		long mostOf(Reservation call) {
			return call.wish().grows() ? call.wish().cost(PRICE, this.delivered.getOrDefault(call, 0L)) : call.nanos();
		}

		PostedCall settled(long cost) {
			PostedCall posted = new PostedCall(this.user, null, this.spool.size() + 1, cost, Credential.USER, NOW,
					LocalDate.of(2026, 11, 21));
			this.spool.add(posted);
			return posted;
		}

		boolean begin(Random random, long need) {
			boolean grows = random.nextInt(3) == 0;
			Wish wish = new Wish(this.user, null, "p", "m", PRICE, Credential.USER, grows ? 10 : 0,
					grows ? null : Long.valueOf(need), 1, grows, NOW);
			if (this.admission.admit(wish) instanceof Admitted(Reservation call)) {
				this.open.add(call);
				return true;
			}
			return false;
		}

		/** What its calls cost that nobody has counted, and what its open calls hold. */
		long uncountedAndHeld(long applied) {
			long sum = 0;
			for (PostedCall call : this.spool) {
				sum += (call.seq() > applied) ? call.costNanos() : 0;
			}
			for (Reservation call : this.open) {
				sum += call.nanos();
			}
			return sum;
		}

		@Override
		public long session() {
			return this.session;
		}

		@Override
		public boolean isAway() {
			return false;
		}

		@Override
		public void asks(Account account) {
			this.asking.add(account);
		}

	}

	private record Request(Gateway from, int process, long session, Ask ask) {

	}

	private record Answer(Gateway to, int process, Ask ask, BudgetStatus status) {

	}

	private static final class World {

		private final Random random;

		private final UserId user = new UserId(UuidV7.next());

		private final Server server;

		private final List<Gateway> gateways = new ArrayList<>();

		private final List<Request> requests = new ArrayList<>();

		private final List<Answer> answers = new ArrayList<>();

		private final Set<Gateway> paused = new LinkedHashSet<>();

		private @Nullable BudgetStatus last;

		private int admitted;

		private int waited;

		World(Random random, int gateways) {
			this.random = random;
			this.server = new Server(this.user, (1 + random.nextInt(3)) * NanoUsd.PER_CENT);
			for (int i = 0; i < gateways; i++) {
				this.gateways.add(new Gateway(i, this.user));
			}
			publish();
		}

		long total() {
			return this.server.counted + this.gateways.stream()
				.mapToLong((each) -> each.uncountedAndHeld(this.server.applied.getOrDefault(each.source, 0L)))
				.sum();
		}

		private void publish() {
			BudgetStatus status = this.server.status();
			this.last = status;
			this.gateways.forEach((each) -> each.topic.add(status));
		}

		String step() {
			Gateway gateway = this.gateways.get(this.random.nextInt(this.gateways.size()));
			int what = this.random.nextInt(100);
			if (what < 3) {
				if (!this.paused.remove(gateway)) {
					this.paused.add(gateway);
				}
				return "pause or go on";
			}
			if (what < 30) {
				return network();
			}
			if (what < 42) {
				return count(gateway);
			}
			if (this.paused.contains(gateway)) {
				return "paused";
			}
			return gateway(gateway, what);
		}

		private String gateway(Gateway gateway, int what) {
			if (what < 60 && gateway.ready) {
				boolean fits = gateway.begin(this.random, 1 + this.random.nextLong(this.server.limit / 6));
				this.admitted += fits ? 1 : 0;
				this.waited += fits ? 0 : 1;
				return "begin: " + fits;
			}
			if (what < 74 && !gateway.open.isEmpty()) {
				Reservation call = gateway.open.get(this.random.nextInt(gateway.open.size()));
				if (call.wish().grows() && this.random.nextBoolean()) {
					long tokens = gateway.delivered.getOrDefault(call, 0L);
					for (int i = 0; i < 100_000 && call.delivered(tokens + 1); i += 500) {
						tokens++;
						long jump = Math.min(500, call.outputTokens() - tokens - 1);
						tokens += Math.max(0, jump);
					}
					gateway.delivered.put(call, tokens);
					return "deliver";
				}
				gateway.open.remove(call);
				if (this.random.nextInt(4) == 0) {
					call.release();
					return "release";
				}
				call.post(gateway.settled(this.random.nextLong(Math.max(1, gateway.mostOf(call) + 1))), null);
				return "end";
			}
			if (what < 84) {
				BudgetStatus status = gateway.topic.poll();
				while (status != null && !gateway.topic.isEmpty() && this.random.nextBoolean()) {
					status = gateway.topic.poll();
				}
				if (status == null && !gateway.ready) {
					status = this.last;
				}
				if (status != null) {
					gateway.admission.update(status, 0);
					gateway.ready = true;
				}
				return "status";
			}
			if (what < 98) {
				return ask(gateway);
			}
			gateway.kill(this.random);
			return "kill";
		}

		private String ask(Gateway gateway) {
			if (gateway.session == 0) {
				gateway.session = this.server.register(gateway.source, gateway.process);
				publish();
				return "register";
			}
			for (Account account : List.copyOf(gateway.asking)) {
				gateway.asking.remove(account);
				List<Ask> asks = (this.random.nextInt(20) == 0)
						? account.returns(() -> ++gateway.asks, NOW, this.random.nextBoolean())
						: account.asks(() -> ++gateway.asks, NOW);
				for (Ask ask : asks) {
					this.requests.add(new Request(gateway, gateway.process, gateway.session, ask));
				}
			}
			return "ask";
		}

		/** In any order; some twice, some never. */
		private String network() {
			if (!this.requests.isEmpty() && this.random.nextBoolean()) {
				Request request = this.requests.get(this.random.nextInt(this.requests.size()));
				if (this.random.nextInt(4) > 0) {
					this.requests.remove(request);
				}
				if (this.random.nextInt(6) > 0) {
					BudgetStatus status = this.server.ask(request.from().source, request.session(), request.ask());
					if (status != null) {
						this.answers.add(new Answer(request.from(), request.process(), request.ask(), status));
						publish();
					}
				}
				return "request";
			}
			if (!this.answers.isEmpty()) {
				Answer answer = this.answers.remove(this.random.nextInt(this.answers.size()));
				boolean arrives = this.random.nextInt(6) > 0 && !this.paused.contains(answer.to())
						&& answer.process() == answer.to().process;
				if (arrives) {
					answer.to().admission.answered(answer.ask(), answer.status());
				}
				return "answer";
			}
			return "nothing";
		}

		private String count(Gateway gateway) {
			if (gateway.counted < gateway.spool.size()) {
				PostedCall call = gateway.spool.get(gateway.counted++);
				this.server.count(gateway.source, call.seq(), call.costNanos());
				if (this.random.nextInt(10) == 0) {
					// Read again after a crash.
					gateway.counted = this.random.nextInt(gateway.counted + 1);
				}
				publish();
			}
			return "count";
		}

		/** All ends, and all that is under way arrives. */
		void settle() {
			this.paused.clear();
			for (Gateway gateway : this.gateways) {
				gateway.open.forEach(Reservation::release);
				gateway.open.clear();
			}
			quiet();
		}

		private void quiet() {
			for (int i = 0; i < 40; i++) {
				this.gateways.forEach(this::count);
				for (Gateway gateway : this.gateways) {
					ask(gateway);
					ask(gateway);
				}
				for (Request request : List.copyOf(this.requests)) {
					BudgetStatus status = this.server.ask(request.from().source, request.session(), request.ask());
					if (status != null && request.process() == request.from().process) {
						publish();
						request.from().admission.answered(request.ask(), status);
					}
				}
				this.requests.clear();
				this.answers.clear();
				for (Gateway gateway : this.gateways) {
					gateway.topic.forEach((status) -> gateway.admission.update(status, 0));
					gateway.topic.clear();
				}
			}
		}

		boolean admitsEventually(long need) {
			Gateway gateway = this.gateways.getFirst();
			for (int tries = 0; tries < 60; tries++) {
				Wish wish = new Wish(this.user, null, "p", "m", PRICE, Credential.USER, 0, need, 1, false, NOW);
				if (gateway.admission.admit(wish) instanceof Admitted(Reservation call)) {
					call.release();
					return true;
				}
				quiet();
			}
			return false;
		}

	}

}
