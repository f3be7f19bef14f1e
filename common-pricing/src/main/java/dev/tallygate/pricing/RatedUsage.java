package dev.tallygate.pricing;

import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageBasis;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a usage costs and why.
 *
 * @param cost all of it; null when the model has no price
 * @param quantities what was used, by meters as they were priced, each more than 0
 * @param basis under which conditions; null when plain
 * @param charges what each meter cost, which sums to {@code cost} exactly; null when
 * unpriced
 * @param unpricedMeters what was used but has no price or is not known, sorted
 */
public record RatedUsage(@Nullable NanoUsd cost, Map<String, Long> quantities, @Nullable UsageBasis basis,
		@Nullable List<MeterCharge> charges, List<String> unpricedMeters) {

	/**
	 * The most a call can cost that a reader of the events believes: 10 million dollars.
	 */
	public static final long COST_LIMIT = 10_000_000_000_000_000L;

	/** Whether a part of it has no price, while the model has one. */
	public boolean partlyPriced() {
		return this.cost != null && !this.unpricedMeters.isEmpty();
	}

	/** What a usage of a model without a price comes to. */
	public static RatedUsage unpriced(Usage usage) {
		return new RatedUsage(null, Rating.merged(usage.quantities()).toMap(),
				Rating.basisOf(usage, List.of(), null, null), null, List.copyOf(usage.unknown()));
	}

}
