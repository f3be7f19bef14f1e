package dev.tallygate.console.keys;

import dev.tallygate.console.Dollars;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the limits that a person's keys have of their own, as budget-service lists
 * them.
 */
record KeyLimits(@Nullable List<Row> data, @Nullable String nextCursor) {

	List<Row> rows() {
		return (this.data != null) ? this.data : List.of();
	}

	/**
	 * One key's.
	 *
	 * @param limitCents US cents
	 * @param spentNanos what its calls of the period cost, nano-USD
	 */
	record Row(@Nullable String apiKeyId, long limitCents, @Nullable String period, long spentNanos,
			@Nullable String state) {

		public String amount() {
			return Dollars.ofCents(this.limitCents) + switch (String.valueOf(this.period)) {
				case "day" -> " a day";
				case "total" -> " in all";
				default -> " a month";
			};
		}

		public String spent() {
			return Dollars.ofNanos(this.spentNanos) + " spent";
		}

		public boolean usedUp() {
			return "exceeded".equals(this.state);
		}

	}

}
