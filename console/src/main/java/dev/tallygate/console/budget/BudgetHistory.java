package dev.tallygate.console.budget;

import dev.tallygate.console.Dollars;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The months before, as budget-service tells them.
 */
record BudgetHistory(@Nullable List<Month> data) {

	public List<Month> months() {
		return (this.data != null) ? this.data : List.of();
	}

	/** Those before this one. */
	BudgetHistory before(@Nullable String period) {
		return new BudgetHistory(months().stream()
			.filter((month) -> period == null || month.period() == null || month.period().compareTo(period) < 0)
			.toList());
	}

	/**
	 * One month.
	 */
	record Month(@Nullable String period, @Nullable Long limitCents, long spentNanos, @Nullable String state) {

		public String spent() {
			return Dollars.ofNanos(this.spentNanos);
		}

		public String limit() {
			return (this.limitCents != null) ? Dollars.ofCents(this.limitCents) : "No limit";
		}

	}

}
