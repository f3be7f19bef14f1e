package dev.tallygate.budgets.account;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * How much one API key may spend, and what it has spent in the current period.
 *
 * @param key which
 * @param limitCents the limit in US cents, 0 to {@link Budget#MAX_CENTS}
 * @param kind how long its periods are
 * @param enforcement what happens at the limit
 * @param thresholds when to alert
 * @param spent spent in the current period, in nano-USD
 */
public record KeyBudget(ApiKeyId key, long limitCents, KeyPeriod kind, Enforcement enforcement, Thresholds thresholds,
		NanoUsd spent) {

	/** The name of the one period of a budget without end. */
	static final String TOTAL = "total";

	public KeyBudget {
		if (limitCents < 0 || limitCents > Budget.MAX_CENTS) {
			throw new IllegalArgumentException("an amount must be 0 to " + Budget.MAX_CENTS + " cents");
		}
	}

	KeyBudget plus(NanoUsd amount) {
		return withSpent(Saturated.sum(this.spent, amount));
	}

	/**
	 * The same with {@code amount} spent in the current period.
	 */
	public KeyBudget withSpent(NanoUsd amount) {
		return new KeyBudget(this.key, this.limitCents, this.kind, this.enforcement, this.thresholds, amount);
	}

	/**
	 * The name of the period that a call stamped with {@code month} and {@code day}
	 * belongs to.
	 */
	String window(YearMonth month, LocalDate day) {
		return switch (this.kind) {
			case MONTH -> month.toString();
			case DAY -> day.toString();
			case TOTAL -> TOTAL;
		};
	}

	/**
	 * The name of the current period.
	 */
	public String window(BudgetPeriod period, Instant now) {
		return window(period.month(), period.dayAt(now));
	}

	/**
	 * The exclusive end of the current period; null without end.
	 */
	public @Nullable Instant windowEnd(BudgetPeriod period, Instant now) {
		return switch (this.kind) {
			case MONTH -> period.end();
			case DAY -> period.endOfDay(now);
			case TOTAL -> null;
		};
	}

	/**
	 * The limit's amount.
	 */
	public NanoUsd limit() {
		return NanoUsd.ofCents(this.limitCents);
	}

	/**
	 * Its name among the scopes of lines.
	 */
	String scope() {
		return BudgetStatus.KEY_SCOPE + this.key;
	}

	BudgetStatus.KeyBudget told(BudgetPeriod period, Instant now) {
		return new BudgetStatus.KeyBudget(this.key, this.kind, window(period, now), windowEnd(period, now),
				this.limitCents, this.enforcement, this.spent);
	}

}
