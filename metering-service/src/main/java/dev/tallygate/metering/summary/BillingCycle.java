package dev.tallygate.metering.summary;

import dev.tallygate.events.BudgetStatus;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The billing cycle a user is in. Cycles begin and end at 00:00 UTC.
 *
 * @param firstDay its first day, in UTC
 */
record BillingCycle(LocalDate firstDay) {

	/**
	 * As budget-service says; past its end a new one has begun, whether it has said so
	 * yet or not. The calendar month while it has said nothing.
	 */
	static BillingCycle of(Optional<BudgetStatus> standing, Instant now) {
		return standing
			.map((status) -> now.isBefore(status.billingCycleEnd()) ? status.billingCycleStart()
					: status.billingCycleEnd())
			.map((start) -> new BillingCycle(LocalDate.ofInstant(start, ZoneOffset.UTC)))
			.orElseGet(() -> new BillingCycle(LocalDate.ofInstant(now, ZoneOffset.UTC).withDayOfMonth(1)));
	}

}
