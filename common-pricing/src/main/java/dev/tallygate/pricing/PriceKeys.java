package dev.tallygate.pricing;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the names of prices mean in LiteLLM's format: a base such as
 * {@code cache_read_input_token_cost}, then a cache life, a length of the prompt and a
 * tier, each optional.
 */
final class PriceKeys {

	/** From US dollars for one to nano-USD per million. */
	private static final int PER_ONE = 15;

	/** From US dollars for a thousand to nano-USD per million. */
	private static final int PER_THOUSAND = 12;

	private static final Map<String, Meter> TOKENS = Map.ofEntries(Map.entry("input_cost_per_token", Meter.INPUT),
			Map.entry("output_cost_per_token", Meter.OUTPUT),
			Map.entry("output_cost_per_reasoning_token", Meter.REASONING),
			Map.entry("cache_read_input_token_cost", Meter.CACHE_READ),
			Map.entry("cache_creation_input_token_cost", Meter.CACHE_WRITE_5M),
			Map.entry("cache_creation_input_token_cost_above_30m", Meter.CACHE_WRITE_30M),
			Map.entry("cache_creation_input_token_cost_above_1hr", Meter.CACHE_WRITE_1H),
			Map.entry("cache_creation_input_token_cost_above_12hr", Meter.CACHE_WRITE_12H),
			Map.entry("input_cost_per_audio_token", Meter.AUDIO_INPUT),
			Map.entry("output_cost_per_audio_token", Meter.AUDIO_OUTPUT),
			Map.entry("cache_read_input_audio_token_cost", Meter.AUDIO_CACHE_READ),
			Map.entry("input_cost_per_image_token", Meter.IMAGE_INPUT),
			Map.entry("output_cost_per_image_token", Meter.IMAGE_OUTPUT),
			Map.entry("cache_read_input_image_token_cost", Meter.IMAGE_CACHE_READ),
			Map.entry("input_cost_per_video_token", Meter.VIDEO_INPUT));

	/** Other names for prices that count where the usual one is not given. */
	private static final Map<String, Meter> STAND_INS = Map.of("input_cost_per_token_cache_hit", Meter.CACHE_READ,
			"explicit_cache_read_input_token_cost", Meter.CACHE_READ);

	/** Earlier ones win where a meter has several. */
	private static final List<Map.Entry<String, Meter>> PIECES = List.of(
			Map.entry("google_maps_grounding_cost_per_query", Meter.MAPS),
			Map.entry("code_interpreter_cost_per_session", Meter.CODE_SESSION),
			Map.entry("file_search_cost_per_call", Meter.FILE_SEARCH),
			Map.entry("web_fetch_cost_per_request", Meter.WEB_FETCH),
			Map.entry("input_cost_per_second", Meter.SECOND_INPUT),
			Map.entry("input_cost_per_audio_per_second", Meter.SECOND_INPUT),
			Map.entry("cost_per_second", Meter.SECOND_INPUT), Map.entry("output_cost_per_second", Meter.SECOND_OUTPUT),
			Map.entry("input_cost_per_character", Meter.CHARACTER), Map.entry("ocr_cost_per_page", Meter.PAGE),
			Map.entry("annotation_cost_per_page", Meter.PAGE), Map.entry("output_cost_per_image", Meter.IMAGE),
			Map.entry("input_cost_per_image", Meter.IMAGE), Map.entry("input_cost_per_request", Meter.REQUEST),
			Map.entry("input_cost_per_query", Meter.REQUEST));

	private static final Pattern NAME = Pattern.compile(
			"(?<base>[a-z_]+?_(?:token|cost|page))(?<life>_above_(?:30m|1hr|12hr))?(?:_above_(?<past>\\d{1,5})k_tokens)?"
					+ "(?:_(?<tier>batches|flex|priority|ultrafast|balanced|decisions|scale|fast|slow|economy))?");

	private PriceKeys() {
	}

	/**
	 * What a name means.
	 *
	 * @param meter of what it is the price
	 * @param tier in which tier
	 * @param past past which length of the prompt, 0 for the shortest
	 * @param shift decimal places from US dollars to nano-USD per million
	 * @param standIn whether it only counts where no better name is given
	 */
	record Meaning(Meter meter, String tier, long past, int shift, boolean standIn) {

	}

	/** What a name means, or null when nobody here understands it. */
	static @Nullable Meaning of(String name) {
		if ("file_search_cost_per_1k_calls".equals(name)) {
			return new Meaning(Meter.FILE_SEARCH, PriceRow.STANDARD, 0, PER_THOUSAND, false);
		}
		Meter standIn = STAND_INS.get(name);
		if (standIn != null) {
			return new Meaning(standIn, PriceRow.STANDARD, 0, PER_ONE, true);
		}
		Meaning piece = piece(name);
		return (piece != null) ? piece : token(name);
	}

	private static @Nullable Meaning piece(String name) {
		for (Map.Entry<String, Meter> piece : PIECES) {
			if (piece.getKey().equals(name)) {
				return new Meaning(piece.getValue(), PriceRow.STANDARD, 0, PER_ONE, !isFirst(piece));
			}
			if (name.equals(piece.getKey() + "_batches")) {
				return new Meaning(piece.getValue(), PriceRow.BATCH, 0, PER_ONE, !isFirst(piece));
			}
		}
		return null;
	}

	private static boolean isFirst(Map.Entry<String, Meter> piece) {
		for (Map.Entry<String, Meter> each : PIECES) {
			if (each.getValue() == piece.getValue()) {
				return each.equals(piece);
			}
		}
		return false;
	}

	private static @Nullable Meaning token(String name) {
		Matcher matcher = NAME.matcher(name);
		if (!matcher.matches()) {
			return null;
		}
		String life = matcher.group("life");
		Meter meter = TOKENS.get((life != null) ? matcher.group("base") + life : matcher.group("base"));
		if (meter == null) {
			return null;
		}
		String past = matcher.group("past");
		String tier = matcher.group("tier");
		return new Meaning(meter, tierOf(tier), (past != null) ? Long.parseLong(past) * 1000 : 0, PER_ONE, false);
	}

	private static String tierOf(@Nullable String tier) {
		if (tier == null) {
			return PriceRow.STANDARD;
		}
		return "batches".equals(tier) ? PriceRow.BATCH : tier;
	}

	/** Whether a name that is not understood is that of a price at all. */
	static boolean isPrice(String name) {
		return name.contains("cost") || name.contains("pricing") || name.contains("multiplier")
				|| "search_free_requests".equals(name);
	}

}
