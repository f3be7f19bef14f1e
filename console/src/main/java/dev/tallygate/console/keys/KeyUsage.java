package dev.tallygate.console.keys;

import dev.tallygate.console.Dollars;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each key took in this billing cycle, as metering-service tells it.
 */
record KeyUsage(@Nullable List<Row> data) {

	@Nullable Row of(String key) {
		return byKey().get(key);
	}

	/** By the keys' ids. */
	Map<String, Row> byKey() {
		Map<String, Row> byKey = new HashMap<>();
		for (Row row : (this.data != null) ? this.data : List.<Row>of()) {
			if (row.id() != null) {
				byKey.put(row.id(), row);
			}
		}
		return byKey;
	}

	/**
	 * One key's.
	 *
	 * @param costNanos what its priced calls cost, nano-USD
	 * @param creditsUsed of the operator's credits
	 */
	record Row(@Nullable String id, long requestCount, long unpricedRequests, long partlyPricedRequests, long costNanos,
			long creditsUsed) {

		/** Such as {@code 1 call}. */
		public String callsText() {
			return Dollars.count(this.requestCount, "call");
		}

		public String calls() {
			return Dollars.count(this.requestCount);
		}

		public String cost() {
			return Dollars.ofCalls(this.costNanos, this.requestCount, this.unpricedRequests, this.partlyPricedRequests);
		}

		public String credits() {
			return Dollars.count(this.creditsUsed);
		}

	}

}
