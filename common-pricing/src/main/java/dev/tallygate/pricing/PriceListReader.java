package dev.tallygate.pricing;

import dev.tallygate.pricing.PriceKeys.Meaning;
import dev.tallygate.pricing.PriceList.Skipped;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads prices in the format of LiteLLM's {@code model_prices_and_context_window.json}:
 * an object per model with {@code litellm_provider} and prices in US dollars, such as
 * {@code 3e-07}, as numbers or strings. Beyond that format a model may have a list of
 * objects, rows in time, with {@code effective_from} each, and
 * {@code context_threshold_inclusive}. An entry that makes no sense is skipped and named;
 * a price whose name nobody understands is noted in its row.
 */
public final class PriceListReader {

	/**
	 * The largest file that is read, in bytes: several times the published one, and few
	 * enough that reading it leaves a small heap room.
	 */
	public static final int MAX_BYTES = 16 * 1024 * 1024;

	/** LiteLLM's explanation of its own format, not a model. */
	private static final String SAMPLE = "sample_spec";

	/** More decimal places or digits than any price has; keeps the arithmetic small. */
	private static final int MAX_DIGITS = 60;

	private static final int MAX_MODELS = 100_000;

	/** An alias of an alias of an alias is followed, a circle is not. */
	private static final int MAX_ALIASES = 5;

	private static final Set<String> STRUCTURES = Set.of("search_context_cost_per_query", "tiered_pricing",
			"off_peak_pricing", "provider_specific_entry");

	private static final List<String> SEARCH_SIZES = List.of("low", "high");

	private static final Set<String> TALKING = Set.of("chat", "completion", "responses");

	/** Where the threshold itself already pays the dearer price. */
	private static final Set<String> INCLUSIVE = Set.of("xai");

	/** Where fetching pages is counted and costs nothing beyond their tokens. */
	private static final Set<String> FETCHES_FREE = Set.of("anthropic");

	/** Where sound, pictures and film cost what text does unless said otherwise. */
	private static final Set<String> ONE_PRICE_FOR_ALL = Set.of("gemini", "vertex_ai");

	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(
					StreamReadConstraints.builder().maxNestingDepth(16).maxDocumentLength(MAX_BYTES).build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private final JsonNode root;

	private final List<PriceRow> rows = new ArrayList<>();

	private final List<Skipped> skipped = new ArrayList<>();

	private PriceListReader(JsonNode root) {
		this.root = root;
	}

	/**
	 * Reads a file.
	 * @throws UnreadablePricesException when it is no JSON object with an entry a model
	 */
	public static PriceList read(byte[] json) throws UnreadablePricesException {
		return read(new ByteArrayInputStream(json));
	}

	/**
	 * Reads a file.
	 * @throws UnreadablePricesException when it is no JSON object with an entry a model
	 */
	public static PriceList read(InputStream json) throws UnreadablePricesException {
		JsonNode root;
		try {
			root = MAPPER.readTree(json);
		}
		catch (JacksonException ex) {
			throw new UnreadablePricesException(
					"not valid JSON: " + ex.getOriginalMessage() + " (line " + ex.getLocation().getLineNr() + ")", ex);
		}
		if (!root.isObject()) {
			throw new UnreadablePricesException("no JSON object with an entry per model", null);
		}
		if (root.size() > MAX_MODELS) {
			throw new UnreadablePricesException("more than " + MAX_MODELS + " models", null);
		}
		return new PriceListReader(root).read();
	}

	private PriceList read() {
		int models = 0;
		for (Map.Entry<String, JsonNode> entry : this.root.properties()) {
			if (SAMPLE.equals(entry.getKey())) {
				continue;
			}
			models++;
			try {
				model(entry.getKey(), entry.getValue());
			}
			catch (IllegalArgumentException | ArithmeticException | DateTimeException ex) {
				this.skipped.add(new Skipped(entry.getKey(), String.valueOf(ex.getMessage())));
			}
		}
		return new PriceList(this.rows, this.skipped, models);
	}

	private void model(String name, JsonNode entry) {
		if (entry.isArray()) {
			List<PriceRow> inTime = new ArrayList<>();
			for (JsonNode each : entry) {
				PriceRow row = row(name, each);
				if (row != null) {
					inTime.add(row);
				}
			}
			this.rows.addAll(inTime);
			return;
		}
		PriceRow row = row(name, entry);
		if (row != null) {
			this.rows.add(row);
		}
	}

	private @Nullable PriceRow row(String name, JsonNode entry) {
		if (!entry.isObject()) {
			throw new IllegalArgumentException("not an object");
		}
		JsonNode priced = hasPrices(entry) ? entry : followed(entry);
		String listed = text(entry, "litellm_provider");
		if (listed == null) {
			listed = text(priced, "litellm_provider");
		}
		String prefix = (name.indexOf('/') > 0) ? name.substring(0, name.indexOf('/')) : "";
		if (listed == null && !hasPrices(priced)) {
			return null;
		}
		if (listed == null) {
			throw new IllegalArgumentException("litellm_provider is missing");
		}
		boolean named = prefix.equals(listed)
				|| (!prefix.isEmpty() && ProviderNames.published(prefix).equals(ProviderNames.published(listed)));
		// An alias may be filed under another provider than what it stands for.
		boolean alias = entry.has("alias_of") && !prefix.isEmpty();
		String provider = alias ? prefix : listed;
		String model = (named || alias) ? name.substring(prefix.length() + 1) : name;
		if (model.isEmpty() || model.length() > 512 || provider.length() > 128) {
			throw new IllegalArgumentException("no name for a model");
		}
		return prices(PriceRow.of(ProviderNames.published(provider), model, effectiveFrom(entry))
			.aliasOf(text(entry, "alias_of")), priced, ProviderNames.published(provider));
	}

	private JsonNode followed(JsonNode entry) {
		JsonNode followed = entry;
		for (int i = 0; i < MAX_ALIASES; i++) {
			String alias = text(followed, "alias_of");
			if (alias == null) {
				return followed;
			}
			JsonNode target = this.root.get(alias);
			if (target == null || !target.isObject()) {
				throw new IllegalArgumentException("alias_of names no model: " + alias);
			}
			followed = target;
		}
		throw new IllegalArgumentException("alias_of goes in a circle");
	}

	private static @Nullable String text(JsonNode entry, String field) {
		JsonNode value = entry.get(field);
		return (value != null && value.isString() && !value.stringValue().isBlank()) ? value.stringValue() : null;
	}

	private static boolean hasPrices(JsonNode entry) {
		return entry.propertyStream().anyMatch((each) -> PriceKeys.of(each.getKey()) != null);
	}

	private static Instant effectiveFrom(JsonNode entry) {
		String from = text(entry, "effective_from");
		if (from == null) {
			return Instant.EPOCH;
		}
		return (from.indexOf('T') < 0) ? LocalDate.parse(from).atStartOfDay(ZoneOffset.UTC).toInstant()
				: Instant.parse(from);
	}

	private static @Nullable PriceRow prices(PriceRow.Builder row, JsonNode entry, String provider) {
		row.inclusive(INCLUSIVE.contains(provider));
		row.mode(text(entry, "mode"));
		row.limits(limit(entry, "max_input_tokens"), limit(entry, "max_output_tokens"));
		Map<Meaning, BigDecimal> standIns = new LinkedHashMap<>();
		for (Map.Entry<String, JsonNode> member : entry.properties()) {
			Meaning meaning = PriceKeys.of(member.getKey());
			if (meaning != null) {
				BigDecimal price = decimal(member.getKey(), member.getValue());
				if (price != null && meaning.standIn()) {
					standIns.put(meaning, price);
				}
				else if (price != null) {
					row.price(meaning.meter(), meaning.tier(), meaning.past(),
							nanos(member.getKey(), price, meaning.shift()));
				}
			}
			else {
				other(row, member.getKey(), member.getValue());
			}
		}
		standIns.forEach((meaning, price) -> {
			if (!row.has(meaning.meter())) {
				row.price(meaning.meter(), meaning.tier(), 0, nanos("a price", price, meaning.shift()));
			}
		});
		if (row.isEmpty()) {
			return null;
		}
		if (isHalf(row, entry)) {
			throw new IllegalArgumentException(
					"input_cost_per_token and output_cost_per_token must come together where answers have text");
		}
		if (ONE_PRICE_FOR_ALL.contains(provider)) {
			fillModalities(row);
		}
		if (FETCHES_FREE.contains(provider) && !row.has(Meter.WEB_FETCH)) {
			row.price(Meter.WEB_FETCH, 0);
		}
		return row.build();
	}

	/**
	 * A model that talks needs both prices: with one alone its calls would look cheap.
	 */
	private static boolean isHalf(PriceRow.Builder row, JsonNode entry) {
		String mode = text(entry, "mode");
		boolean talks = mode == null || TALKING.contains(mode);
		if (!talks || entry.has("tiered_pricing") || row.has(Meter.INPUT) == row.has(Meter.OUTPUT)) {
			return false;
		}
		return row.has(Meter.INPUT)
				|| entry.propertyStream().noneMatch((each) -> each.getKey().startsWith("input_cost"));
	}

	/**
	 * Google's list has one price for text, pictures and film, and for sound if none is
	 * told.
	 */
	private static void fillModalities(PriceRow.Builder row) {
		if (!row.has(Meter.AUDIO_INPUT)) {
			row.copy(Meter.INPUT, Meter.AUDIO_INPUT);
			row.copy(Meter.CACHE_READ, Meter.AUDIO_CACHE_READ);
		}
		if (!row.has(Meter.AUDIO_OUTPUT)) {
			row.copy(Meter.OUTPUT, Meter.AUDIO_OUTPUT);
		}
	}

	private static void other(PriceRow.Builder row, String name, JsonNode value) {
		switch (name) {
			case "context_threshold_inclusive" -> row.inclusive(value.asBoolean(false));
			case "search_context_cost_per_query" -> searches(row, value);
			case "tiered_pricing" -> tiers(row, value);
			case "off_peak_pricing" -> offPeak(row, value);
			case "provider_specific_entry" -> specific(row, value);
			case "regional_processing_uplift_multiplier_us" -> row.region("us", multiplier(name, value));
			case "regional_processing_uplift_multiplier_eu" -> row.region("eu", multiplier(name, value));
			case "regional_endpoint_uplift_multiplier" -> row.region(PriceRow.ANY_REGION, multiplier(name, value));
			case "fedramp_uplift_multiplier" -> row.region("fedramp", multiplier(name, value));
			// Databricks' own unit, beside the same price in dollars
			case "input_dbu_cost_per_token", "output_dbu_cost_per_token" -> {
			}
			default -> {
				if (PriceKeys.isPrice(name) && !value.isNull() && !STRUCTURES.contains(name)) {
					row.ignored(name);
				}
			}
		}
	}

	private static Multiplier multiplier(String name, JsonNode value) {
		BigDecimal decimal = decimal(name, value);
		if (decimal == null) {
			return Multiplier.ONE;
		}
		return Multiplier.of(decimal);
	}

	/**
	 * The usual context, else the dearest, is what a search costs of which nobody tells
	 * how much it took; others have a price of their own where it differs.
	 */
	private static void searches(PriceRow.Builder row, JsonNode value) {
		if (!value.isObject()) {
			throw new IllegalArgumentException("search_context_cost_per_query is not an object");
		}
		BigDecimal usual = decimal("search_context_size_medium", value.path("search_context_size_medium"));
		if (usual == null) {
			for (Map.Entry<String, JsonNode> size : value.properties()) {
				BigDecimal price = decimal(size.getKey(), size.getValue());
				usual = (price != null && (usual == null || price.compareTo(usual) > 0)) ? price : usual;
			}
		}
		if (usual == null) {
			return;
		}
		row.price(Meter.WEB_SEARCH, nanos("search_context_cost_per_query", usual, 15));
		for (String size : SEARCH_SIZES) {
			BigDecimal own = decimal(size, value.path("search_context_size_" + size));
			if (own != null && own.compareTo(usual) != 0) {
				row.price(Meter.WEB_SEARCH, PriceRow.SEARCH_CONTEXT + size, 0,
						nanos("search_context_cost_per_query", own, 15));
			}
		}
	}

	private static void tiers(PriceRow.Builder row, JsonNode value) {
		if (!value.isArray()) {
			throw new IllegalArgumentException("tiered_pricing is not a list");
		}
		for (JsonNode tier : value) {
			JsonNode range = tier.get("range");
			if (range == null || !range.isArray() || range.size() != 2) {
				row.ignored("tiered_pricing");
				continue;
			}
			BigDecimal from = decimal("range", range.get(0));
			long past = (from != null) ? from.setScale(0, RoundingMode.HALF_EVEN).longValueExact() : 0;
			for (Map.Entry<String, JsonNode> member : tier.properties()) {
				Meaning meaning = PriceKeys.of(member.getKey());
				BigDecimal price = (meaning != null) ? decimal(member.getKey(), member.getValue()) : null;
				if (meaning != null && price != null) {
					row.price(meaning.meter(), meaning.tier(), past, nanos(member.getKey(), price, meaning.shift()));
				}
				else if (!"range".equals(member.getKey())) {
					row.ignored("tiered_pricing." + member.getKey());
				}
			}
		}
	}

	private static void offPeak(PriceRow.Builder row, JsonNode value) {
		if (!value.isObject()) {
			throw new IllegalArgumentException("off_peak_pricing is not an object");
		}
		String zone = text(value, "weekday_timezone");
		for (Map.Entry<String, JsonNode> member : value.properties()) {
			Meaning meaning = PriceKeys.of(member.getKey());
			BigDecimal price = (meaning != null) ? decimal(member.getKey(), member.getValue()) : null;
			if (meaning != null && price != null) {
				row.price(meaning.meter(), PriceRow.OFF_PEAK, 0, nanos(member.getKey(), price, meaning.shift()));
			}
			else if ("windows".equals(member.getKey()) && member.getValue().isArray()) {
				for (JsonNode window : member.getValue()) {
					row.window(window(window, (zone != null) ? ZoneId.of(zone) : ZoneOffset.UTC));
				}
			}
			else if ("hours_utc".equals(member.getKey())) {
				row.window(window(value, ZoneOffset.UTC));
			}
			else if (!"weekday_timezone".equals(member.getKey()) && !"weekdays".equals(member.getKey())) {
				row.ignored("off_peak_pricing." + member.getKey());
			}
		}
	}

	private static TimeWindow window(JsonNode window, ZoneId zone) {
		Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
		for (JsonNode day : window.path("weekdays")) {
			days.add(DayOfWeek.of(day.asInt(0)));
		}
		Set<LocalDate> dates = new HashSet<>();
		for (JsonNode date : window.path("dates")) {
			dates.add(LocalDate.parse(date.asString("")));
		}
		List<TimeWindow.Hours> hours = new ArrayList<>();
		JsonNode told = window.path("hours_utc");
		if (told.isString()) {
			hours.add(TimeWindow.Hours.parse(told.stringValue()));
		}
		for (JsonNode each : told) {
			hours.add(TimeWindow.Hours.parse(each.asString("")));
		}
		if (hours.isEmpty()) {
			throw new IllegalArgumentException("a window of off_peak_pricing without hours");
		}
		return new TimeWindow(days, dates, hours, zone);
	}

	private static void specific(PriceRow.Builder row, JsonNode value) {
		for (Map.Entry<String, JsonNode> member : value.properties()) {
			switch (member.getKey()) {
				case "fast" -> row.speed("fast", multiplier("fast", member.getValue()));
				case "us", "eu", "uk", "au", "jp", "ca", "in", "apac" ->
					row.region(member.getKey(), multiplier(member.getKey(), member.getValue()));
				default -> {
					// What is no number is a note on the model, not a price of it.
					if (member.getValue().isNumber()) {
						row.ignored("provider_specific_entry." + member.getKey());
					}
				}
			}
		}
	}

	private static @Nullable Long limit(JsonNode entry, String field) {
		JsonNode value = entry.get(field);
		if (value == null || !value.isNumber()) {
			return null;
		}
		BigDecimal limit = value.decimalValue();
		if (limit.signum() < 0 || limit.compareTo(BigDecimal.valueOf(Quantities.LIMIT)) > 0) {
			return null;
		}
		return limit.longValue();
	}

	private static @Nullable BigDecimal decimal(String field, @Nullable JsonNode value) {
		if (value == null || value.isNull() || value.isMissingNode()) {
			return null;
		}
		if (!value.isNumber() && !value.isString()) {
			throw new IllegalArgumentException(field + " is not a number");
		}
		BigDecimal price = parsed(field, value);
		if (price.precision() > MAX_DIGITS || Math.abs(price.scale()) > MAX_DIGITS) {
			throw new IllegalArgumentException(field + " has too many digits");
		}
		if (price.signum() < 0) {
			throw new IllegalArgumentException(field + " is negative");
		}
		return price;
	}

	private static BigDecimal parsed(String field, JsonNode value) {
		try {
			return value.isNumber() ? value.decimalValue() : new BigDecimal(value.stringValue().strip());
		}
		catch (NumberFormatException | JacksonException ex) {
			throw new IllegalArgumentException(field + " is not a number", ex);
		}
	}

	/** What is finer than a nano-USD per million is noise of binary fractions. */
	private static long nanos(String field, BigDecimal usd, int shift) {
		BigDecimal whole = usd.movePointRight(shift).setScale(0, RoundingMode.HALF_EVEN);
		if (whole.compareTo(BigDecimal.valueOf(PriceRow.LIMIT)) > 0) {
			throw new IllegalArgumentException(field + " is more than ten dollars for one");
		}
		return whole.longValueExact();
	}

}
