package dev.tallygate.gateway.pricing;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An operator's price table in the format of LiteLLM's
 * {@code model_prices_and_context_window.json}: an object per model with
 * {@code litellm_provider} and prices in US dollars per token, such as {@code 3e-07}, as
 * numbers or strings. An entry that makes no sense is named and skipped; entries that are
 * not priced by the token are left out.
 */
final class PricesFile {

	private static final Logger log = LoggerFactory.getLogger(PricesFile.class);

	/** LiteLLM's explanation of its own format, not a model. */
	private static final String SAMPLE = "sample_spec";

	/** From US dollars per token to nano-USD per million tokens. */
	private static final int SHIFT = 15;

	/** More decimal places or digits than any price has; keeps the arithmetic small. */
	private static final int MAX_DIGITS = 60;

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.build();

	private PricesFile() {
	}

	/**
	 * Reads the file.
	 * @throws UnusablePricesException when it cannot be read or is no JSON object
	 */
	static PriceTable load(Path file) {
		byte[] content = contentOf(file);
		JsonNode root = parse(file, content);
		List<PricedModel> models = new ArrayList<>();
		int skipped = 0;
		for (Map.Entry<String, JsonNode> entry : root.properties()) {
			try {
				PricedModel model = SAMPLE.equals(entry.getKey()) ? null : model(entry.getKey(), entry.getValue());
				if (model != null) {
					models.add(model);
				}
			}
			catch (IllegalArgumentException | ArithmeticException ex) {
				skipped++;
				log.error("Price of '{}' in {} is skipped: {}. Calls to it count as unpriced unless the bundled table "
						+ "prices it.", entry.getKey(), file, ex.getMessage());
			}
		}
		log.info("{} prices taken from {}, {} skipped", models.size(), file, skipped);
		return new PriceTable("file-" + fingerprint(content), models);
	}

	private static byte[] contentOf(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new UnusablePricesException("TALLYGATE_PRICES_FILE " + file + " cannot be read: " + reasonOf(ex), ex);
		}
	}

	private static String reasonOf(IOException ex) {
		return (ex instanceof java.nio.file.NoSuchFileException) ? "there is no such file"
				: String.valueOf(ex.getMessage());
	}

	private static JsonNode parse(Path file, byte[] content) {
		try {
			JsonNode root = MAPPER.readTree(content);
			if (!root.isObject()) {
				throw new UnusablePricesException(
						"TALLYGATE_PRICES_FILE " + file + " is no JSON object with an entry per model", null);
			}
			return root;
		}
		catch (JacksonException ex) {
			throw new UnusablePricesException("TALLYGATE_PRICES_FILE " + file + " is not valid JSON: "
					+ ex.getOriginalMessage() + " (line " + ex.getLocation().getLineNr() + ")", ex);
		}
	}

	private static @Nullable PricedModel model(String name, JsonNode entry) {
		if (!entry.isObject()) {
			throw new IllegalArgumentException("not an object");
		}
		BigDecimal input = price(entry, "input_cost_per_token");
		BigDecimal output = price(entry, "output_cost_per_token");
		if (input == null && output == null) {
			return null;
		}
		if (input == null || output == null) {
			throw new IllegalArgumentException("input_cost_per_token and output_cost_per_token must come together");
		}
		String provider = entry.path("litellm_provider").asString("");
		if (provider.isEmpty()) {
			throw new IllegalArgumentException("litellm_provider is missing");
		}
		BigDecimal read = price(entry, "cache_read_input_token_cost");
		BigDecimal write = price(entry, "cache_creation_input_token_cost");
		String model = name.startsWith(provider + '/') ? name.substring(provider.length() + 1) : name;
		return new PricedModel(provider, model,
				new ModelPrice(nanos(name, input), nanos(name, output), nanos(name, (read != null) ? read : input),
						nanos(name, (write != null) ? write : input), Instant.EPOCH));
	}

	private static @Nullable BigDecimal price(JsonNode entry, String field) {
		JsonNode value = entry.get(field);
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isNumber() && !value.isString()) {
			throw new IllegalArgumentException(field + " is not a number");
		}
		BigDecimal price = decimal(field, value);
		if (price.precision() > MAX_DIGITS || Math.abs(price.scale()) > MAX_DIGITS) {
			throw new IllegalArgumentException(field + " has too many digits");
		}
		return price;
	}

	private static BigDecimal decimal(String field, JsonNode value) {
		try {
			return value.isNumber() ? value.decimalValue() : new BigDecimal(value.stringValue().trim());
		}
		catch (NumberFormatException ex) {
			throw new IllegalArgumentException(field + " is not a number", ex);
		}
	}

	private static long nanos(String name, BigDecimal usdPerToken) {
		BigDecimal exact = usdPerToken.movePointRight(SHIFT);
		BigDecimal whole = exact.setScale(0, RoundingMode.HALF_EVEN);
		if (whole.compareTo(exact) != 0) {
			log.warn("Price of '{}' is finer than a nano-USD per million tokens and was rounded: {}", name,
					usdPerToken);
		}
		return whole.longValueExact();
	}

	private static String fingerprint(byte[] content) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 6);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("every JDK has SHA-256", ex);
		}
	}

}
