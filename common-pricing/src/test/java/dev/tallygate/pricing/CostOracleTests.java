package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.MeterCharge;
import dev.tallygate.pricing.wire.UsageContext;
import dev.tallygate.pricing.wire.UsageReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Usage objects of the wires with their cost: one file of those that independent
 * published tables agree on, one worked out by hand for what the first leaves out.
 */
class CostOracleTests {

	private static final PriceTable TABLE = BundledPrices.load();

	static Stream<Arguments> cases() {
		return Stream.of("/cost-oracle.json", "/cost-by-hand.json").flatMap(CostOracleTests::cases);
	}

	private static Stream<Arguments> cases(String file) {
		try (InputStream json = Objects.requireNonNull(CostOracleTests.class.getResourceAsStream(file))) {
			return JsonMapper.shared()
				.readTree(json)
				.get("cases")
				.valueStream()
				.map((each) -> Arguments.of(each.get("id").stringValue(), each));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("cases")
	void costsWhatTheProviderBills(String id, JsonNode told) {
		Instant at = Instant.parse(told.get("at").stringValue());
		String model = told.get("model").stringValue();
		CallPrice price = CallPrice.find(TABLE, told.get("provider").stringValue(), model, at);
		if (told.get("costNanos").isNull()) {
			assertThat(price).isNull();
			return;
		}
		RatedUsage rated = Objects.requireNonNull(price).rate(usage(told), model, at);
		assertThat(Objects.requireNonNull(rated.cost()).value()).as("%s", rated)
			.isEqualTo(told.get("costNanos").longValue());
		assertThat(rated.unpricedMeters()).isEmpty();
		assertThat(quantities(rated)).isEqualTo(quantities(told));
		assertThat(Objects.requireNonNull(rated.charges()).stream().mapToLong((each) -> each.costNanos().value()).sum())
			.isEqualTo(rated.cost().value());
		String context = told.get("basis").path("contextTier").asString(null);
		assertThat((rated.basis() != null) ? rated.basis().contextTier() : null).isEqualTo(context);
	}

	private static Usage usage(JsonNode told) {
		UsageReader reader = switch (told.get("wire").stringValue()) {
			case "messages" -> UsageReader.MESSAGES;
			case "gemini" -> UsageReader.GEMINI;
			default -> UsageReader.OPENAI;
		};
		Usage usage = Objects
			.requireNonNull(reader.read(told.get("usage"), contextOf(told.get("provider").stringValue())));
		assertThat(usage.corrected()).isFalse();
		JsonNode basis = told.get("basis");
		return usage.servedAs(usage.served()
			.or(new Served(text(basis, "serviceTier"), basis.path("batch").asBoolean(false), text(basis, "region"),
					text(basis, "speed"))));
	}

	/** Google's compatible route may leave thoughts out of the completion. */
	private static UsageContext contextOf(String provider) {
		return "gemini".equals(ProviderNames.published(provider)) ? UsageContext.GEMINI_ROUTE : UsageContext.NONE;
	}

	private static @Nullable String text(JsonNode node, String name) {
		return node.path(name).asString(null);
	}

	private static Map<String, Long> quantities(RatedUsage rated) {
		Map<String, Long> quantities = new TreeMap<>();
		for (MeterCharge charge : Objects.requireNonNull(rated.charges())) {
			quantities.merge(charge.meter(), charge.quantity(), Long::sum);
		}
		assertThat(quantities).isEqualTo(new TreeMap<>(rated.quantities()));
		return quantities;
	}

	private static Map<String, Long> quantities(JsonNode told) {
		Map<String, Long> quantities = new TreeMap<>();
		told.get("charges")
			.forEach((each) -> quantities.merge(each.get("meter").stringValue(), each.get("quantity").longValue(),
					Long::sum));
		return quantities;
	}

}
