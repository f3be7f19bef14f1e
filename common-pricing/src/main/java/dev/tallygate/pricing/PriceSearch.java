package dev.tallygate.pricing;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the price of a meter in a row. Where there is none, in this order: that of the
 * standard tier; that of a shorter cache life; for what was read from a cache or comes as
 * a picture, that of the plain input. A prompt past a threshold that has no price of its
 * own pays what a shorter one does.
 */
final class PriceSearch {

	static final long NONE = -1;

	/** What a meter without a price may be priced by, best first. */
	private static final Map<Meter, Meter[]> CHAINS = chains();

	private PriceSearch() {
	}

	private static Map<Meter, Meter[]> chains() {
		Map<Meter, Meter[]> chains = new EnumMap<>(Meter.class);
		for (Meter meter : Meter.all()) {
			chains.put(meter, new Meter[] { meter });
		}
		chain(chains, Meter.CACHE_READ, Meter.INPUT);
		chain(chains, Meter.CACHE_WRITE_5M, Meter.INPUT);
		chain(chains, Meter.CACHE_WRITE_30M, Meter.CACHE_WRITE_5M, Meter.INPUT);
		chain(chains, Meter.CACHE_WRITE_1H, Meter.CACHE_WRITE_30M, Meter.CACHE_WRITE_5M, Meter.INPUT);
		chain(chains, Meter.CACHE_WRITE_12H, Meter.CACHE_WRITE_1H, Meter.CACHE_WRITE_30M, Meter.CACHE_WRITE_5M,
				Meter.INPUT);
		chain(chains, Meter.REASONING, Meter.OUTPUT);
		chain(chains, Meter.IMAGE_INPUT, Meter.INPUT);
		chain(chains, Meter.VIDEO_INPUT, Meter.INPUT);
		chain(chains, Meter.AUDIO_CACHE_READ, Meter.AUDIO_INPUT);
		chain(chains, Meter.IMAGE_CACHE_READ, Meter.CACHE_READ, Meter.IMAGE_INPUT, Meter.INPUT);
		return chains;
	}

	private static void chain(Map<Meter, Meter[]> chains, Meter meter, Meter... others) {
		Meter[] chain = new Meter[others.length + 1];
		chain[0] = meter;
		System.arraycopy(others, 0, chain, 1, others.length);
		chains.put(meter, chain);
	}

	static String tierOf(Served served) {
		if (served.batch()) {
			return PriceRow.BATCH;
		}
		return (served.serviceTier() != null) ? served.serviceTier() : PriceRow.STANDARD;
	}

	/**
	 * The price of a meter, or {@link #NONE}.
	 * @param context how many thresholds the prompt is past
	 * @param fallbacks takes the names of those taken; null when nobody asks
	 */
	static long find(PriceRow row, String tier, boolean offPeak, int context, Meter meter,
			@Nullable List<String> fallbacks) {
		for (Meter each : CHAINS.getOrDefault(meter, new Meter[0])) {
			for (int i = context; i >= 0; i--) {
				long price = row.at(tier, i, each);
				if (price >= 0 && !tier.isEmpty()) {
					note(fallbacks, meter, each);
					return price;
				}
				price = standard(row, offPeak, i, each);
				if (price >= 0) {
					if (!tier.isEmpty()) {
						note(fallbacks, tier);
					}
					note(fallbacks, meter, each);
					return price;
				}
			}
		}
		return NONE;
	}

	private static long standard(PriceRow row, boolean offPeak, int context, Meter meter) {
		if (offPeak) {
			long price = row.at(PriceRow.OFF_PEAK, context, meter);
			if (price >= 0) {
				return price;
			}
		}
		return row.at(PriceRow.STANDARD, context, meter);
	}

	private static void note(@Nullable List<String> fallbacks, Meter meter, Meter taken) {
		if (fallbacks != null && meter != taken) {
			add(fallbacks, meter.key() + '=' + taken.key());
		}
	}

	private static void note(@Nullable List<String> fallbacks, String tier) {
		if (fallbacks != null) {
			add(fallbacks, tier + "=standard");
		}
	}

	private static void add(List<String> fallbacks, String text) {
		if (!fallbacks.contains(text)) {
			fallbacks.add(text);
		}
	}

	/**
	 * Whether reasoning costs what the rest of the output does: it has no price of its
	 * own, or where that is told it is the output's. A list that repeats the output's
	 * price for reasoning does not do so for every tier and length.
	 */
	static boolean isReasoningOutput(PriceRow row, String tier, boolean offPeak, int context) {
		for (int i = context; i >= 0; i--) {
			String place = placeOf(row, tier, offPeak, i, Meter.REASONING);
			if (place != null) {
				return row.at(place, i, Meter.REASONING) == find(row, place, false, i, Meter.OUTPUT, null);
			}
		}
		return true;
	}

	/** Under which tier a meter has a price for prompts of a length; null for none. */
	private static @Nullable String placeOf(PriceRow row, String tier, boolean offPeak, int context, Meter meter) {
		if (row.at(tier, context, meter) >= 0 && !tier.isEmpty()) {
			return tier;
		}
		if (offPeak && row.at(PriceRow.OFF_PEAK, context, meter) >= 0) {
			return PriceRow.OFF_PEAK;
		}
		return (row.at(PriceRow.STANDARD, context, meter) >= 0) ? PriceRow.STANDARD : null;
	}

	/**
	 * The price of a search of the web that took so much context, or {@link #NONE} where
	 * it costs what others do.
	 */
	static long ofSearch(PriceRow row, @Nullable String searchContext) {
		return (searchContext != null) ? row.at(PriceRow.SEARCH_CONTEXT + searchContext, 0, Meter.WEB_SEARCH) : NONE;
	}

	/** By what the prices of tokens are multiplied. */
	static Multiplier multiplier(PriceRow row, Served served, @Nullable List<String> fallbacks) {
		Multiplier multiplier = Multiplier.ONE;
		String region = served.region();
		if (region != null) {
			Multiplier own = row.regions().get(region);
			Multiplier any = (own != null) ? own : row.regions().get(PriceRow.ANY_REGION);
			if (any != null) {
				multiplier = multiplier.times(any);
			}
			else if (fallbacks != null) {
				add(fallbacks, "region." + region + "=standard");
			}
		}
		String speed = served.speed();
		if (speed != null) {
			Multiplier own = row.speeds().get(speed);
			if (own != null) {
				multiplier = multiplier.times(own);
			}
			else if (fallbacks != null) {
				add(fallbacks, "speed." + speed + "=standard");
			}
		}
		return multiplier;
	}

}
