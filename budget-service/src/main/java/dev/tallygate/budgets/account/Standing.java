package dev.tallygate.budgets.account;

import dev.tallygate.events.NanoUsd;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a user stands in the current period. Everything is computed in integers.
 *
 * @param budget what may be spent
 * @param binding the limit that counts; null without one
 * @param period the current period
 * @param spent spent in it
 * @param at when
 */
public record Standing(Budget budget, @Nullable BindingLimit binding, BudgetPeriod period, NanoUsd spent, Instant at) {

	private static final BigInteger PERCENT_HUNDREDTHS = BigInteger.valueOf(10_000);

	private static final BigInteger LONGEST = BigInteger.valueOf(Long.MAX_VALUE);

	/** The shortest time a forecast is drawn from. */
	private static final Duration LEAST_ELAPSED = Duration.ofHours(1);

	/**
	 * Where a user stands without a ceiling for everyone.
	 */
	public Standing(Budget budget, BudgetPeriod period, NanoUsd spent, Instant at) {
		this(budget, budget.limit(null), period, spent, at);
	}

	/**
	 * The binding limit's amount; null without a limit.
	 */
	public @Nullable NanoUsd limit() {
		return (this.binding != null) ? this.binding.amount() : null;
	}

	/**
	 * How spend stands to the limit.
	 */
	public BudgetState state() {
		return BudgetState.of(this.spent, limit());
	}

	/**
	 * What is left of the limit, at least 0; null without a limit.
	 */
	public @Nullable NanoUsd remaining() {
		NanoUsd limit = limit();
		if (limit == null) {
			return null;
		}
		return left(this.spent, limit);
	}

	/**
	 * What is left of {@code limit}, at least 0.
	 */
	public static NanoUsd left(NanoUsd spent, NanoUsd limit) {
		BigInteger left = BigInteger.valueOf(limit.value()).subtract(BigInteger.valueOf(spent.value()));
		return saturated(left.max(BigInteger.ZERO));
	}

	/**
	 * How much of the limit is spent, such as {@code 75.00}; null without a limit.
	 * Rounded down, so that 100.00 is never shown before the limit is reached; 100.00 at
	 * a limit of 0.
	 */
	public @Nullable String percentUsed() {
		NanoUsd limit = limit();
		return (limit != null) ? percent(this.spent, limit) : null;
	}

	/**
	 * How much of {@code limit} is spent, by the same rule.
	 */
	public static String percent(NanoUsd spent, NanoUsd limit) {
		if (limit.value() == 0) {
			return "100.00";
		}
		BigInteger hundredths = BigInteger.valueOf(Math.max(0, spent.value())).multiply(PERCENT_HUNDREDTHS);
		return new BigDecimal(hundredths.divide(BigInteger.valueOf(limit.value())), 2).toPlainString();
	}

	/**
	 * What will be spent by the end of the period if it goes on at the mean rate so far:
	 * spent · length ÷ elapsed, both in whole milliseconds, rounded half-even. In the
	 * first hour elapsed counts as one hour, for a single call says little.
	 */
	public NanoUsd forecast() {
		long length = Duration.between(this.period.start(), this.period.end()).toMillis();
		long elapsed = Duration.between(this.period.start(), this.at).toMillis();
		long counted = Math.clamp(elapsed, LEAST_ELAPSED.toMillis(), length);
		BigDecimal product = BigDecimal.valueOf(this.spent.value()).multiply(BigDecimal.valueOf(length));
		return saturated(product.divide(BigDecimal.valueOf(counted), 0, RoundingMode.HALF_EVEN).toBigInteger());
	}

	private static NanoUsd saturated(BigInteger nanos) {
		return new NanoUsd(nanos.min(LONGEST).max(LONGEST.negate()).longValueExact());
	}

}
