package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.pricing.wire.UsageContext;
import dev.tallygate.pricing.wire.UsageReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a search of the web costs by how much context it takes, at Perplexity's prices for
 * sonar: 1 dollar per million tokens in and out, 5, 8 and 12 per 1,000 searches.
 */
class SearchContextTests {

	private static final Instant AT = Instant.parse("2026-11-29T12:00:00Z");

	private PriceRow sonar;

	@BeforeEach
	void read() throws UnreadablePricesException {
		PriceList list = PriceListReader.read("""
				{"perplexity/sonar": {"litellm_provider": "perplexity", "mode": "chat", "input_cost_per_token": 1e-06,
				 "output_cost_per_token": 1e-06, "search_context_cost_per_query": {"search_context_size_low": 0.005,
				 "search_context_size_medium": 0.008, "search_context_size_high": 0.012}}}
				""".getBytes(StandardCharsets.UTF_8));
		assertThat(list.skipped()).isEmpty();
		this.sonar = list.rows().getFirst();
	}

	@Test
	void aCallIsChargedOneSearchOfTheContextItTook() {
		// 14·1,000 + 100·1,000 and one search: 5, 8 or 12 thousandths of a dollar
		assertThat(cost("\"search_context_size\": \"low\"")).isEqualTo(114_000 + 5_000_000);
		assertThat(cost("\"search_context_size\": \"medium\"")).isEqualTo(114_000 + 8_000_000);
		assertThat(cost("\"search_context_size\": \"high\"")).isEqualTo(114_000 + 12_000_000);
		assertThat(cost("\"queue_time\": 1")).as("no search is told").isEqualTo(114_000);
	}

	@Test
	void searchesThatAreCountedAreChargedByTheirNumber() {
		// 3 searches, and what is not a known size costs the usual
		assertThat(cost("\"num_search_queries\": 3, \"search_context_size\": \"high\""))
			.isEqualTo(114_000 + 36_000_000);
		assertThat(cost("\"num_search_queries\": 3")).isEqualTo(114_000 + 24_000_000);
		assertThat(cost("\"num_search_queries\": 3, \"search_context_size\": \"huge\""))
			.isEqualTo(114_000 + 24_000_000);
	}

	@Test
	void theContextIsKeptToRateTheCallAgain() {
		RatedUsage rated = rated("\"search_context_size\": \"low\"");
		assertThat(Objects.requireNonNull(rated.basis()).searchContext()).isEqualTo("low");
		Usage again = Usage.of(rated.quantities(), rated.basis(), null, null, null, null, null, rated.unpricedMeters());
		assertThat(this.sonar.rate(again, AT)).isEqualTo(rated);
		assertThat(rated("\"search_context_size\": \"medium\"").basis()).isNull();
	}

	@Test
	void nothingIsAPriceOfASearchToo() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 0)
			.price(Meter.OUTPUT, 0)
			.price(Meter.WEB_SEARCH, 8_000_000)
			.price(Meter.WEB_SEARCH, PriceRow.SEARCH_CONTEXT + "low", 0, 0)
			.build();
		Usage one = Usage.of(Quantities.builder().add(Meter.WEB_SEARCH, 1).build());
		assertThat(Objects.requireNonNull(row.rate(one, AT).cost()).value()).isEqualTo(8);
		RatedUsage low = row.rate(one.servedAs(Served.PLAIN.searching("low")), AT);
		assertThat(Objects.requireNonNull(low.cost()).value()).isZero();
		assertThat(low.unpricedMeters()).isEmpty();
	}

	@Test
	void nothingIsAPriceOfACallToo() {
		PriceRow row = PriceRow.of("p", "m", AT)
			.price(Meter.INPUT, 0)
			.price(Meter.OUTPUT, 0)
			.price(Meter.REQUEST, 0)
			.build();
		RatedUsage rated = row.rate(Usage.of(Quantities.builder().add(Meter.REQUEST, 1).build()), AT);
		assertThat(rated.charges()).singleElement()
			.satisfies((charge) -> assertThat(charge.meter()).isEqualTo(Meter.REQUEST.key()));
		assertThat(rated.unpricedMeters()).isEmpty();
	}

	@Test
	void theDearestIsHeld() {
		Reach searching = new Reach(Served.PLAIN, Set.of(), Map.of(Meter.WEB_SEARCH, 2L));
		// 14·1,000 + 100·1,000 + 2·12 thousandths of a dollar
		assertThat(this.sonar.worstCase(searching, 14, 100).value()).isEqualTo(114_000 + 24_000_000);
	}

	/** Nobody asks these models for a search: they search. */
	@Test
	void oneIsHeldWhereEveryCallSearches() {
		assertThat(this.sonar.worstCase(Reach.PLAIN, 14, 100).value()).isEqualTo(114_000 + 12_000_000);
		assertThat(heldForNothing("gpt-4o-search-preview")).isEqualTo(25_000_000);
		assertThat(heldForNothing("gpt-5-search-api-2025-10-14")).isEqualTo(10_000_000);
		assertThat(heldForNothing("gpt-6-sol")).as("searches when it is told to").isZero();
	}

	private static long heldForNothing(String model) {
		return Objects.requireNonNull(BundledPrices.load().find("openai", model, AT))
			.worstCase(Reach.PLAIN, 0, 0)
			.value();
	}

	@Test
	void aPriceThatIsTheSameForAllIsToldOnce() {
		PriceRow row = Objects.requireNonNull(BundledPrices.load().find("openai", "gpt-6-sol", AT));
		assertThat(row.tiers()).noneMatch((tier) -> tier.startsWith(PriceRow.SEARCH_CONTEXT));
		assertThat(row.price(Meter.WEB_SEARCH)).isEqualTo(10_000_000_000_000L);
	}

	private long cost(String more) {
		return Objects.requireNonNull(rated(more).cost()).value();
	}

	private RatedUsage rated(String more) {
		byte[] json = ("{\"prompt_tokens\": 14, \"completion_tokens\": 100, \"total_tokens\": 114, " + more + "}")
			.getBytes(StandardCharsets.UTF_8);
		return this.sonar.rate(Objects.requireNonNull(UsageReader.OPENAI.read(json, 0, json.length, UsageContext.NONE)),
				AT);
	}

}
