package dev.tallygate.budgets.account;

import dev.tallygate.events.NanoUsd;

/**
 * The credits of one billing cycle. A credit is one US cent of spend on system keys;
 * spend is kept in nano-USD. Included credits are used first and lapse with the cycle,
 * granted ones are used last and carry over.
 *
 * @param cycle the cycle
 * @param included credits of the plan
 * @param carried granted credits left over from earlier cycles
 * @param granted credits granted in this cycle
 * @param used spent on system keys in this cycle; negative when corrections outweigh what
 * they correct
 */
public record Credits(BillingCycle cycle, long included, long carried, long granted, NanoUsd used) {

	/** Credits of the free plan in each cycle. */
	public static final long FREE_PLAN = 1000;

	public Credits {
		if (included < 0 || carried < 0 || granted < 0) {
			throw new IllegalArgumentException("credits cannot be negative");
		}
	}

	/**
	 * The credits of an account's first known cycle.
	 */
	public static Credits first(BillingCycle cycle) {
		return new Credits(cycle, FREE_PLAN, 0, 0, NanoUsd.ZERO);
	}

	/**
	 * The credits of a later cycle in which nothing has been used yet.
	 */
	public Credits next(BillingCycle later) {
		return new Credits(later, FREE_PLAN, carriedOver(), 0, NanoUsd.ZERO);
	}

	/**
	 * The same with what an earlier cycle, corrected meanwhile, leaves over.
	 */
	public Credits after(Credits earlier) {
		return new Credits(this.cycle, this.included, earlier.carriedOver(), this.granted, this.used);
	}

	/**
	 * The same with {@code delta} more used, saturated at the range of a {@code long}.
	 */
	public Credits use(NanoUsd delta) {
		return new Credits(this.cycle, this.included, this.carried, this.granted, Saturated.sum(this.used, delta));
	}

	/**
	 * The same with {@code amount} more granted.
	 */
	public Credits grant(long amount) {
		return new Credits(this.cycle, this.included, this.carried, Math.addExact(this.granted, amount), this.used);
	}

	/**
	 * Granted credits that were there in this cycle.
	 */
	public long grantedInAll() {
		return Math.addExact(this.carried, this.granted);
	}

	/**
	 * All credits that were there in this cycle.
	 */
	public long total() {
		return Math.addExact(this.included, grantedInAll());
	}

	/**
	 * Whole credits used, rounded down.
	 */
	public long usedCredits() {
		return Math.max(0, Math.floorDiv(this.used.value(), NanoUsd.PER_CENT));
	}

	/**
	 * Whole credits left. With {@link #usedCredits()} it adds up to {@link #total()},
	 * unless more was used than there was.
	 */
	public long remainingCredits() {
		return Math.max(0, total() - usedCredits());
	}

	/**
	 * Whether nothing is left, to the nano-USD.
	 */
	public boolean exhausted() {
		return usedCredits() >= total();
	}

	/**
	 * Granted credits that the next cycle starts with. Only whole used credits are taken
	 * from them, so that amounts of credits stay integers everywhere.
	 */
	public long carriedOver() {
		long takenFromGrants = Math.max(0, usedCredits() - this.included);
		return Math.max(0, grantedInAll() - takenFromGrants);
	}

}
