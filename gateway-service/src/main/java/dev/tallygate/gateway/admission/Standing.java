package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyBudget;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.BudgetStatus.Lines;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where budget-service last saw a user, and what that means at a later time. Past the end
 * of a period or billing cycle the spend starts at 0 without being told.
 */
final class Standing {

	private final @Nullable BudgetStatus status;

	private final ZoneId zone;

	private final long freeCredits;

	Standing(@Nullable BudgetStatus status, long freeCredits) {
		this.status = status;
		this.zone = (status != null) ? zoneOf(status.timeZone()) : ZoneOffset.UTC;
		this.freeCredits = freeCredits;
	}

	static ZoneId zoneOf(String name) {
		try {
			return ZoneId.of(name);
		}
		catch (DateTimeException ex) {
			return ZoneOffset.UTC;
		}
	}

	@Nullable BudgetStatus status() {
		return this.status;
	}

	/** The last seq of {@code source} that is counted in here. */
	long applied(String source) {
		return (this.status != null) ? this.status.applied().getOrDefault(source, 0L) : 0;
	}

	/** The user's day at a time. */
	LocalDate dayAt(Instant at) {
		return LocalDate.ofInstant(at, this.zone);
	}

	/**
	 * The month that counts now. A status that is ahead of this clock is believed.
	 */
	YearMonth periodAt(Instant at) {
		YearMonth period = YearMonth.from(dayAt(at));
		return (this.status != null && this.status.period().isAfter(period)) ? this.status.period() : period;
	}

	/** When the month ends that counts now. */
	Instant periodEndAt(Instant at) {
		if (this.status != null && at.isBefore(this.status.periodEnd())) {
			return this.status.periodEnd();
		}
		return periodAt(at).plusMonths(1).atDay(1).atStartOfDay(this.zone).toInstant();
	}

	/** The limit that refuses calls, in nano-USD; null when there is none. */
	@Nullable Long hardLimitNanos() {
		return (this.status != null && this.status.limitCents() != null
				&& this.status.enforcement() == Enforcement.HARD)
						? Long.valueOf(NanoUsd.ofCents(this.status.limitCents()).value()) : null;
	}

	/** Which limit it is. */
	Limit limit() {
		Limit binding = (this.status != null) ? this.status.binding() : null;
		return (binding != null) ? binding : Limit.BUDGET;
	}

	/** What budget-service has counted in the month that counts now, in nano-USD. */
	long spentNanos(Instant at) {
		return (this.status != null && this.status.period().equals(periodAt(at))) ? this.status.spentNanos().value()
				: 0;
	}

	/** When the billing cycle began that counts now. */
	Instant cycleStartAt(Instant at) {
		if (this.status == null) {
			return Instant.EPOCH;
		}
		Instant start = this.status.billingCycleStart();
		for (Instant end = this.status.billingCycleEnd(); !at.isBefore(end); end = monthAfter(end)) {
			start = end;
		}
		return start;
	}

	/** When it ends. */
	Instant cycleEndAt(Instant at) {
		if (this.status == null) {
			return periodEndAt(at);
		}
		Instant end = this.status.billingCycleEnd();
		while (!at.isBefore(end)) {
			end = monthAfter(end);
		}
		return end;
	}

	static Instant monthAfter(Instant instant) {
		return instant.atZone(ZoneOffset.UTC).plusMonths(1).toInstant();
	}

	/**
	 * All the credits of the billing cycle that counts now, in nano-USD. Grants are used
	 * last and carry over.
	 */
	long creditNanos(Instant at) {
		if (this.status == null) {
			return this.freeCredits * NanoUsd.PER_CENT;
		}
		long included = this.status.creditsIncluded() * NanoUsd.PER_CENT;
		long granted = this.status.creditsGranted() * NanoUsd.PER_CENT;
		if (isPastCycle(at)) {
			granted -= Math.clamp(this.status.creditsUsedNanos().value() - included, 0, granted);
		}
		return included + granted;
	}

	/** What budget-service has counted of them, in nano-USD. */
	long creditsUsedNanos(Instant at) {
		return (this.status == null || isPastCycle(at)) ? 0 : this.status.creditsUsedNanos().value();
	}

	/**
	 * Whether it tells of a period that one before did not tell of yet. The first one of
	 * a user does not: its billing cycle may begin with the calls it counts.
	 */
	boolean isOfLaterPeriodsThan(Standing before) {
		BudgetStatus earlier = before.status;
		return this.status != null && earlier != null
				&& (this.status.period().isAfter(earlier.period())
						|| this.status.billingCycleStart().isAfter(earlier.billingCycleStart())
						|| !keyPeriods().equals(before.keyPeriods()));
	}

	/** All keys' days are the same, and so are their months. */
	private Set<String> keyPeriods() {
		Set<String> periods = new HashSet<>(4);
		if (this.status != null && this.status.keys() != null) {
			this.status.keys().forEach((each) -> periods.add(each.period()));
		}
		return periods;
	}

	/** Whether under a limit it tells of a later period than that a call counts in. */
	boolean isAfter(String scope, Kind kind, Instant at) {
		if (this.status == null) {
			return false;
		}
		if (scope.equals(BudgetStatus.BUDGET_SCOPE)) {
			return this.status.period().isAfter(YearMonth.from(kind.day()));
		}
		if (scope.equals(BudgetStatus.CREDITS_SCOPE)) {
			return this.status.billingCycleStart().isAfter(at);
		}
		KeyBudget budget = (kind.apiKey() != null && scope.startsWith(BudgetStatus.KEY_SCOPE)) ? budgetOf(kind.apiKey())
				: null;
		if (budget == null) {
			return false;
		}
		// As text they are in the order of time.
		return switch (budget.kind()) {
			case MONTH -> budget.period().compareTo(YearMonth.from(kind.day()).toString()) > 0;
			case DAY -> budget.period().compareTo(kind.day().toString()) > 0;
			case TOTAL -> false;
		};
	}

	/** The key's budget, when it has one that refuses calls. */
	@Nullable KeyBudget budgetOf(ApiKeyId key) {
		if (this.status == null || this.status.keys() == null) {
			return null;
		}
		for (KeyBudget each : this.status.keys()) {
			if (each.apiKeyId().equals(key)) {
				return (each.enforcement() == Enforcement.HARD) ? each : null;
			}
		}
		return null;
	}

	/** Whether a key's period is over that {@code budget} tells of. */
	static boolean isPast(KeyBudget budget, Instant at) {
		return budget.periodEnd() != null && !at.isBefore(budget.periodEnd());
	}

	/** When the period of a key's budget ends that counts now; null for none. */
	@Nullable Instant endOf(KeyBudget budget, Instant at) {
		if (budget.periodEnd() == null) {
			return null;
		}
		if (at.isBefore(budget.periodEnd())) {
			return budget.periodEnd();
		}
		return (budget.kind() == KeyPeriod.MONTH) ? periodEndAt(at)
				: dayAt(at).plusDays(1).atStartOfDay(this.zone).toInstant();
	}

	/** What budget-service calls the period of a key's budget that counts now. */
	String periodOf(KeyBudget budget, Instant at) {
		if (!isPast(budget, at)) {
			return budget.period();
		}
		return (budget.kind() == KeyPeriod.MONTH) ? periodAt(at).toString() : dayAt(at).toString();
	}

	/**
	 * How much a gateway may spend under a limit beyond what is counted; null when
	 * nothing is lent there.
	 */
	@Nullable Lines lines(String scope) {
		return lines().get(scope);
	}

	/** The same under every limit of which something is lent. */
	Map<String, Lines> lines() {
		return (this.status != null && this.status.lines() != null) ? this.status.lines() : Map.of();
	}

	/** Whether what is lent is of a period that is over. */
	boolean isPastPeriod(Instant at) {
		return this.status != null && !at.isBefore(this.status.periodEnd());
	}

	boolean isPastCycle(Instant at) {
		return this.status != null && !at.isBefore(this.status.billingCycleEnd());
	}

}
