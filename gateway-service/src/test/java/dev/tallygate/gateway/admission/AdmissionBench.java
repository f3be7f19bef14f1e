package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Credential;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceRow;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What it costs to admit a call and to settle it, far from every limit, with what
 * budget-service says every hundred calls. See {@code bench/README.md}.
 */
class AdmissionBench {

	private static final int CALLS = Integer.getInteger("calls", 500_000);

	private static final int RUNS = 5;

	/** After so many calls a status says that they are counted. */
	private static final int COUNTED_EVERY = 100;

	private static final String SOURCE = "/gateway/bench/1";

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

	private static final YearMonth MONTH = YearMonth.of(2026, 11);

	private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

	/** Three dollars in, fifteen out, per million tokens. */
	private static final CallPrice PRICE = CallPrice
		.of(PriceRow.of("p", "m", 3_000_000_000L, 15_000_000_000L, Instant.EPOCH));

	private static final NanoUsd PLENTY = new NanoUsd(1_000_000_000_000_000L);

	private static final long CENTS = 1_000_000_000L;

	private static final long COST = 1_000;

	/** What applies to the calls, and what of it is lent. */
	private enum Limits {

		NONE("no limit, nothing lent"), HARD("a hard limit, nothing lent"), LENT("a hard limit, lent"),
		THREE("three scopes (user, key, credits), all lent"), ALL("three scopes and the installation's, all lent");

		private final String words;

		Limits(String words) {
			this.words = words;
		}

	}

	@Test
	void costsOfACall() {
		for (Limits limits : Limits.values()) {
			report(limits.words, new Calls(limits), false);
		}
		report("a hard limit, lent, a stream that takes five steps", new Calls(Limits.LENT), true);
	}

	/** By turns of users in no order, as many as the gateway knows. */
	@Test
	void costsWithManyUsersKnown() {
		for (int users : new int[] { 1, 1_000, 100_000 }) {
			long before = live();
			Calls calls = new Calls(Limits.LENT, users);
			System.out.printf(Locale.ROOT, "ADMISSION %,d users known: %,d bytes of heap each%n", users,
					(live() - before) / users);
			report(String.format(Locale.ROOT, "a hard limit, lent, %,d users", users), calls, false);
		}
	}

	/** Bytes of the heap that are reachable. */
	private static long live() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static void report(String what, Calls calls, boolean streamed) {
		var threads = ManagementFactory.getThreadMXBean();
		calls.make(CALLS, streamed);
		double[] micros = new double[RUNS];
		for (int run = 0; run < RUNS; run++) {
			long begun = threads.getCurrentThreadCpuTime();
			calls.make(CALLS, streamed);
			micros[run] = (threads.getCurrentThreadCpuTime() - begun) / 1000.0 / CALLS;
		}
		Arrays.sort(micros);
		System.out.printf(Locale.ROOT, "ADMISSION %s: %.2f us of CPU a call (%.2f to %.2f)%n", what, micros[RUNS / 2],
				micros[0], micros[RUNS - 1]);
	}

	/** Somebody with one key. */
	private static final class Caller {

		private final UserId user = new UserId(UuidV7.next());

		private final ApiKeyId key = new ApiKeyId(UuidV7.next());

		private long calls;

	}

	/** The calls of users with one key each at one gateway. */
	private static final class Calls {

		private final Caller[] callers;

		private final SplittableRandom random = new SplittableRandom(1);

		private final Admission admission = new Admission(SOURCE,
				new AdmissionProperties(512, Duration.ofSeconds(2), Duration.ofHours(24), Duration.ofHours(24),
						Path.of("unused"), Duration.ofHours(24), Duration.ofSeconds(5), 1000, true, 1024,
						Duration.ofMillis(150)),
				Clock.fixed(NOW, ZoneOffset.UTC));

		private final Limits limits;

		private final Credential credential;

		private long seq;

		private long version;

		Calls(Limits limits) {
			this(limits, 1);
		}

		Calls(Limits limits, int users) {
			this.limits = limits;
			this.callers = Stream.generate(Caller::new).limit(users).toArray(Caller[]::new);
			this.credential = (limits.compareTo(Limits.THREE) >= 0) ? Credential.SYSTEM : Credential.USER;
			this.admission.signOfLife(0, NOW);
			if (limits.compareTo(Limits.LENT) >= 0) {
				this.admission.lender(new Generous());
			}
			if (limits == Limits.ALL) {
				grantOfTheInstallation();
			}
			for (Caller caller : this.callers) {
				told(caller);
			}
		}

		private void grantOfTheInstallation() {
			this.admission.update(new InstallationStatus(1, MONTH, DECEMBER, CENTS, Enforcement.HARD, NanoUsd.ZERO,
					null, Enforcement.HARD, false));
			InstallationLine line = this.admission.installation().line();
			line.anchor(MONTH, 0);
			line.missed(1);
			Ask ask = line.ask(() -> 1L, MONTH, () -> 0L, PLENTY.value(), false, false);
			if (ask == null) {
				throw new IllegalStateException("nothing was asked for");
			}
			line.answered(ask, MONTH, PLENTY.value());
		}

		void make(int calls, boolean streamed) {
			Long chosen = streamed ? null : Long.valueOf(200);
			for (int i = 0; i < calls; i++) {
				Caller caller = this.callers[this.random.nextInt(this.callers.length)];
				Wish wish = new Wish(caller.user, caller.key, "p", "m", PRICE, this.credential, 100, chosen, 1,
						streamed, NOW);
				if (!(this.admission.admit(wish) instanceof Admitted(Reservation call))) {
					throw new IllegalStateException("refused");
				}
				if (streamed) {
					// The mean output is what the calls before put out: each steps anew.
					for (long token = 1; token <= 5000; token += 100) {
						if (!call.delivered(token)) {
							throw new IllegalStateException("cut");
						}
					}
				}
				call.post(new PostedCall(caller.user, caller.key, ++this.seq, COST, this.credential, NOW, TODAY),
						streamed ? null : 100L);
				if (++caller.calls % COUNTED_EVERY == 0) {
					told(caller);
				}
			}
		}

		/** All calls of a user so far are counted. */
		private void told(Caller caller) {
			boolean hard = this.limits != Limits.NONE;
			NanoUsd spent = new NanoUsd(caller.calls * COST);
			this.admission
				.update(new BudgetStatus(caller.user, ++this.version, "UTC", MONTH, DECEMBER, hard ? CENTS : null,
						hard ? Limit.BUDGET : null, Enforcement.HARD, spent, Instant.parse("2026-11-01T00:00:00Z"),
						DECEMBER, CENTS, 0, (this.credential == Credential.SYSTEM) ? spent : NanoUsd.ZERO,
						Map.of(SOURCE, this.seq), lines(caller), keys(caller, spent)), 0);
		}

		private @Nullable Map<String, Lines> lines(Caller caller) {
			if (this.limits.compareTo(Limits.LENT) < 0) {
				return null;
			}
			Lines line = new Lines(NanoUsd.ZERO, NanoUsd.ZERO, false, Generous.SESSION, Map.of(SOURCE, PLENTY));
			Map<String, Lines> lines = new HashMap<>(Map.of(BudgetStatus.BUDGET_SCOPE, line));
			lines.put(BudgetStatus.CREDITS_SCOPE, line);
			if (this.limits.compareTo(Limits.THREE) >= 0) {
				lines.put("key:" + caller.key, line);
			}
			return lines;
		}

		private @Nullable List<KeyBudget> keys(Caller caller, NanoUsd spent) {
			return (this.limits.compareTo(Limits.THREE) < 0) ? null : List.of(new KeyBudget(caller.key, KeyPeriod.MONTH,
					MONTH.toString(), DECEMBER, CENTS, Enforcement.HARD, spent));
		}

	}

	/** Has lent all that is ever needed. */
	private static final class Generous implements Lender {

		private static final long SESSION = 7;

		@Override
		public long session() {
			return SESSION;
		}

		@Override
		public boolean isAway() {
			return false;
		}

		@Override
		public void asks(Account account) {
			throw new IllegalStateException("nothing is to be asked for");
		}

	}

}
