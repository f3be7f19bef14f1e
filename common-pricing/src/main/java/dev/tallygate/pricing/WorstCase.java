package dev.tallygate.pricing;

import dev.tallygate.events.NanoUsd;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The dearest that a request can become: for each side of the call the dearest cell it
 * can reach, times the dearest multiplier, rounded up. Never below the cost of a call of
 * at most so many tokens that was served within the reach.
 */
final class WorstCase {

	private static final List<Meter> PLAIN_INPUT = List.of(Meter.INPUT, Meter.CACHE_READ, Meter.CACHE_WRITE_5M,
			Meter.CACHE_WRITE_30M);

	private static final List<Meter> PLAIN_OUTPUT = List.of(Meter.OUTPUT, Meter.REASONING);

	private WorstCase() {
	}

	static NanoUsd of(PriceRow row, Reach reach, long inputTokens, long outputTokens) {
		long input = Math.clamp(inputTokens, 0, Quantities.LIMIT);
		long output = Math.clamp(outputTokens, 0, Quantities.LIMIT);
		int longest = row.contextOf(input);
		Multiplier multiplier = dearest(row, reach.asked());
		Sum128 sum = new Sum128();
		sum.add(input, dearest(row, reach, longest, true), multiplier.numerator());
		sum.add(output, dearest(row, reach, longest, false), multiplier.numerator());
		for (Map.Entry<Meter, Long> piece : pieces(row, reach).entrySet()) {
			long price = dearest(row, PriceSearch.tierOf(reach.asked()), longest, List.of(piece.getKey()));
			if (piece.getKey() == Meter.WEB_SEARCH) {
				price = Math.max(price, dearestSearch(row));
			}
			if (price > 0) {
				sum.add(Math.clamp(piece.getValue(), 0, Quantities.LIMIT), price, multiplier.denominator());
			}
		}
		return new NanoUsd(sum.dividedUp(Rating.PER_MILLION * multiplier.denominator(), RatedUsage.COST_LIMIT));
	}

	/** What is asked for, and what every call of the model costs beside its tokens. */
	private static Map<Meter, Long> pieces(PriceRow row, Reach reach) {
		Reach all = row.isChargedByTheCall() ? withOne(reach, Meter.REQUEST) : reach;
		return (row.searchesWithEveryCall() ? withOne(all, Meter.WEB_SEARCH) : all).pieces();
	}

	private static Reach withOne(Reach reach, Meter piece) {
		return reach.pieces().containsKey(piece) ? reach : reach.and(piece, 1);
	}

	/** How much context a search takes is the provider's choice. */
	private static long dearestSearch(PriceRow row) {
		long dearest = 0;
		for (String tier : row.tiers()) {
			if (tier.startsWith(PriceRow.SEARCH_CONTEXT)) {
				dearest = Math.max(dearest, row.at(tier, 0, Meter.WEB_SEARCH));
			}
		}
		return dearest;
	}

	private static Multiplier dearest(PriceRow row, Served asked) {
		Multiplier served = PriceSearch.multiplier(row, asked, null);
		return served.isMoreThan(Multiplier.ONE) ? served : Multiplier.ONE;
	}

	private static long dearest(PriceRow row, Reach reach, int longest, boolean input) {
		List<Meter> meters = new ArrayList<>(input ? PLAIN_INPUT : PLAIN_OUTPUT);
		reach.meters().stream().filter(input ? Meter::isInputToken : Meter::isOutputToken).forEach(meters::add);
		if (!input && row.makesPictures()) {
			meters.add(Meter.IMAGE_OUTPUT);
		}
		return dearest(row, PriceSearch.tierOf(reach.asked()), longest, meters);
	}

	private static long dearest(PriceRow row, String tier, int longest, List<Meter> meters) {
		long dearest = 0;
		for (int context = 0; context <= longest; context++) {
			for (Meter meter : meters) {
				dearest = Math.max(dearest, PriceSearch.find(row, tier, false, context, meter, null));
				dearest = Math.max(dearest, PriceSearch.find(row, PriceRow.STANDARD, false, context, meter, null));
				dearest = Math.max(dearest, PriceSearch.find(row, tier, true, context, meter, null));
			}
		}
		return dearest;
	}

}
