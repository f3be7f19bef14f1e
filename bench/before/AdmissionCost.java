package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.Credential;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.AdmissionOutcome.Admitted;
import dev.tallygate.gateway.pricing.ModelPrice;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** What it cost at e554406 to admit a call and to settle it; today AdmissionBench says so, in the same way. */
final class AdmissionCost {

	private static final int CALLS = Integer.getInteger("calls", 500_000);

	private static final int RUNS = 5;

	private static final int COUNTED_EVERY = 100;

	private static final String SOURCE = "/gateway/bench/1";

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final YearMonth MONTH = YearMonth.of(2026, 11);

	private static final Instant DECEMBER = Instant.parse("2026-12-01T00:00:00Z");

	private static final ModelPrice PRICE = ModelPrice.of(3_000_000_000L, 15_000_000_000L, Instant.EPOCH);

	private static final long COST = 1_000;

	private final UserId user = new UserId(UuidV7.next());

	private final Admission admission = new Admission(SOURCE, new AdmissionProperties(512, Duration.ofSeconds(2),
			Duration.ofHours(24), Duration.ofHours(24), Path.of("unused"), Duration.ofHours(24), Duration.ofSeconds(5), 1000),
			Clock.fixed(NOW, ZoneOffset.UTC));

	private final boolean hard;

	private long seq;

	private long version;

	private AdmissionCost(boolean hard) {
		this.hard = hard;
		this.admission.signOfLife(0, NOW);
		told();
	}

	public static void main(String[] arguments) {
		report("no limit", new AdmissionCost(false));
		report("a hard limit", new AdmissionCost(true));
	}

	private static void report(String what, AdmissionCost calls) {
		var threads = ManagementFactory.getThreadMXBean();
		calls.make();
		double[] micros = new double[RUNS];
		for (int run = 0; run < RUNS; run++) {
			long begun = threads.getCurrentThreadCpuTime();
			calls.make();
			micros[run] = (threads.getCurrentThreadCpuTime() - begun) / 1000.0 / CALLS;
		}
		Arrays.sort(micros);
		System.out.printf(Locale.ROOT, "ADMISSION e554406, %s: %.2f us of CPU a call (%.2f to %.2f)%n", what,
				micros[RUNS / 2], micros[0], micros[RUNS - 1]);
	}

	private void make() {
		for (int i = 0; i < CALLS; i++) {
			Wish wish = new Wish(this.user, "p", "m", PRICE, Credential.USER, 100, 200L, 1, NOW);
			if (!(this.admission.admit(wish) instanceof Admitted(Reservation call))) {
				throw new IllegalStateException("refused");
			}
			call.post(new PostedCall(this.user, ++this.seq, COST, Credential.USER, NOW, MONTH), 100L);
			if (this.seq % COUNTED_EVERY == 0) {
				told();
			}
		}
	}

	private void told() {
		this.admission.update(new BudgetStatus(this.user, ++this.version, "UTC", MONTH, DECEMBER,
				this.hard ? 1_000_000_000L : null, this.hard ? Limit.BUDGET : null, Enforcement.HARD,
				new NanoUsd(this.seq * COST), Instant.parse("2026-11-01T00:00:00Z"), DECEMBER, 1_000_000_000L, 0,
				NanoUsd.ZERO, Map.of(SOURCE, this.seq)), 0);
	}

}
