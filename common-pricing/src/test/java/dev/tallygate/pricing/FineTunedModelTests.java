package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Lists have a fine-tuned model by what it was made from; calls name its owner too.
 */
class FineTunedModelTests {

	private static final Instant AT = Instant.parse("2026-11-29T12:00:00Z");

	private static final PriceTable BUNDLED = BundledPrices.load();

	@Test
	void costsWhatItsBaseDoesWhenFineTuned() {
		PriceRow row = Objects.requireNonNull(BUNDLED.find("openai", "ft:gpt-4o-mini-2024-07-18:acme:mail:9xYz", AT));
		// 1000·0.30 + 500·1.20 dollars per million: twice the plain model
		assertThat(Objects.requireNonNull(row.rate(Usage.of(1000L, 500L), AT).cost()).value()).isEqualTo(900_000);
		assertThat(row).isEqualTo(BUNDLED.find("openai", "ft:gpt-4o-mini-2024-07-18", AT));
		assertThat(BUNDLED.knows("openai", "ft:gpt-4o-mini-2024-07-18:acme::9xYz")).isTrue();
		assertThat(BUNDLED.providersOf("ft:gpt-4o-mini-2024-07-18:acme::9xYz")).containsExactly("openai");
	}

	@Test
	void aPriceOfItsOwnComesFirst() {
		PriceTable table = new PriceTable("t", List.of(PriceRow.of("openai", "ft:base", 1, 1, AT),
				PriceRow.of("openai", "ft:base:acme::1", 2, 2, AT)));
		assertThat(table.rowsOf("openai", "ft:base:acme::1")).singleElement()
			.extracting((row) -> row.price(Meter.INPUT))
			.isEqualTo(2L);
		assertThat(table.rowsOf("openai", "ft:base:acme::2")).singleElement()
			.extracting((row) -> row.price(Meter.INPUT))
			.isEqualTo(1L);
	}

	@Test
	void nothingElseIsCutToFindAPrice() {
		for (String name : List.of("ft:nothing:acme::1", "ft:", "ft::", "gpt-4o-mini:acme",
				"FT:gpt-4o-mini-2024-07-18:a")) {
			assertThat(BUNDLED.find("openai", name, AT)).as(name).isNull();
			assertThat(BUNDLED.providersOf(name)).as(name).isEmpty();
		}
	}

}
