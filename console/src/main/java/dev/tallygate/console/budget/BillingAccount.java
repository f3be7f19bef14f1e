package dev.tallygate.console.budget;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * The credits of a person, as budget-service tells them; a credit is one US cent spent on
 * the operator's keys.
 */
public record BillingAccount(@Nullable String plan, long creditsIncluded, long creditsGranted, long creditsUsed,
		long creditsRemaining, @Nullable Instant billingCycleStart, @Nullable Instant billingCycleEnd) {

	/** What is left, and of how much. */
	public String remaining() {
		return Dollars.count(this.creditsRemaining) + " of "
				+ Dollars.count(this.creditsIncluded + this.creditsGranted);
	}

	public String used() {
		return Dollars.count(this.creditsUsed);
	}

	public boolean exhausted() {
		return this.creditsRemaining <= 0;
	}

	public String renewed() {
		return (this.billingCycleEnd != null) ? Moments.day(this.billingCycleEnd, ZoneOffset.UTC) : "–";
	}

	/** What they mean for the next call, truly. */
	public String rule() {
		return exhausted()
				? "Your credits are used up: calls on the operator’s keys are refused until " + renewed()
						+ ". Calls on your own provider keys go on, and so do models that cost nothing."
				: "A credit is one US cent spent on the operator’s keys. When they are used up, calls on those keys are refused; calls on your own provider keys never use any.";
	}

}
