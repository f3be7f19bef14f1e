package dev.tallygate.gateway.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.pricing.BundledPrices;
import dev.tallygate.security.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

class PricesControllerTests {

	@TempDir
	Path directory;

	private final MockMvcTester mvc = MockMvcTester
		.of(new PricesController(new PricesInForce(BundledPrices.load(), null, null)));

	@Test
	void showsTheTableWithItsVersion() {
		assertThat(this.mvc.get().uri("/api/prices")).hasStatusOk()
			.bodyJson()
			.hasPathSatisfying("$.version",
					(version) -> assertThat(version).asString().isEqualTo(BundledPrices.load().version()));
	}

	/**
	 * What a published list has for its own ends is in no list, and priced when asked
	 * for.
	 */
	@Test
	void listsWhatCanBeCalled() {
		assertThat(this.mvc.get().uri("/api/prices")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.prices[*].model")
			.asArray()
			.contains("gpt-4o-mini", "ft:gpt-4o-mini-2024-07-18", "*", "openai/gpt-oss-120b")
			.doesNotContain("gpt-4o-mini-2024-07-18.ft-", "gpt-4o:extended", "container", "eu/gpt-4o",
					"us-east-1/amazon.nova-lite-v1:0");
		assertThat(this.mvc.get().uri("/api/prices/openai:gpt-4o:extended")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("""
					{"prices": [{"provider": "openai", "model": "gpt-4o:extended", "inputUsd": "6"}]}
					""");
	}

	@Test
	void showsAModelByAnyOfItsNames() {
		for (String name : new String[] { "openai:gpt-4o-mini", "openai/gpt-4o-mini" }) {
			assertThat(this.mvc.get().uri("/api/prices/" + name)).hasStatusOk().bodyJson().isLenientlyEqualTo("""
					{"prices": [{"provider": "openai", "model": "gpt-4o-mini", "inputNanos": 150000000,
					  "inputUsd": "0.15", "outputNanos": 600000000, "outputUsd": "0.6",
					  "cacheReadNanos": 75000000, "cacheWriteNanos": 150000000,
					  "effectiveFrom": "1970-01-01T00:00:00Z"}]}
					""");
		}
	}

	@Test
	void showsAModelThatIsPricedLikeAllOfItsProvider() {
		for (String name : new String[] { "ollama:llama3.1", "ollama/llama3.1" }) {
			assertThat(this.mvc.get().uri("/api/prices/" + name)).hasStatusOk().bodyJson().isLenientlyEqualTo("""
					{"prices": [{"provider": "ollama", "model": "*", "inputNanos": 0, "outputNanos": 0}]}
					""");
		}
		assertThat(this.mvc.get().uri("/api/prices/llama3.1")).failure().hasRootCauseInstanceOf(ProblemException.class);
	}

	@Test
	void showsABareNameAtEveryProviderThatHasIt() {
		assertThat(this.mvc.get().uri("/api/prices/gpt-4o-mini")).hasStatusOk()
			.bodyJson()
			.extractingPath("$.prices[*].provider")
			.asArray()
			.contains("openai", "azure");
	}

	@Test
	void showsEveryCellAndWhatComesLater() {
		assertThat(this.mvc.get().uri("/api/prices/gemini:gemini-4-argon")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("""
					{"rows": [{"effectiveFrom": "1970-01-01T00:00:00Z"}, {"effectiveFrom": "2026-12-01T00:00:00Z"}],
					 "ignored": []}
					""");
	}

	@Test
	void tellsTheDifferenceOfTwoTables() {
		assertThat(this.mvc.get().uri("/api/prices/diff")).hasStatusOk().bodyJson().isLenientlyEqualTo("""
				{"differences": []}
				""");
		assertThat(this.mvc.get().uri("/api/prices/diff?from=nope")).failure()
			.hasRootCauseInstanceOf(ProblemException.class);
	}

	@Test
	void tellsWhatTheOperatorsFileAddsChangesAndTakesBack() throws IOException {
		Path file = this.directory.resolve("prices.json");
		Files.writeString(file,
				"""
						{"openai/mine": {"litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
						 "gpt-4o": {"litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06}}
						""");
		PricesInForce prices = new PricesInForce(BundledPrices.load(), new PricesFile(file), null);
		MockMvcTester told = MockMvcTester.of(new PricesController(prices));
		assertThat(told.get().uri("/api/prices/diff")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo(
					"""
							{"differences": [
							  {"provider": "openai", "model": "gpt-4o", "change": "changed", "effectiveFrom": "1970-01-01T00:00:00Z"},
							  {"provider": "openai", "model": "mine", "change": "added",
							   "after": {"cells": [{"meter": "input", "priceNanos": 1000000000}, {"meter": "output", "priceNanos": 2000000000}]}}]}
							""");
		String first = prices.inForce().version();

		Files.writeString(file,
				"""
						{"openai/mine": {"litellm_provider": "openai", "input_cost_per_token": 3e-06, "output_cost_per_token": 2e-06}}
						""");
		prices.refresh();
		assertThat(told.get().uri("/api/prices/diff").param("from", first)).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("""
					{"from": "%s", "to": "%s", "differences": [
					  {"provider": "openai", "model": "gpt-4o", "change": "changed"},
					  {"provider": "openai", "model": "mine", "change": "changed",
					   "before": {"cells": [{"meter": "input", "priceNanos": 1000000000}, {}]},
					   "after": {"cells": [{"meter": "input", "priceNanos": 3000000000}, {}]}}]}
					""".formatted(first, prices.inForce().version()));
		assertThat(told.get().uri("/api/prices/diff?from=current&to=bundled")).hasStatusOk()
			.bodyJson()
			.isLenientlyEqualTo("""
					{"differences": [{"provider": "openai", "model": "mine", "change": "removed"}]}
					""");
	}

	@Test
	void saysWhatToDoAboutAnUnknownModel() {
		assertThat(this.mvc.get().uri("/api/prices/nope")).failure().hasRootCauseInstanceOf(ProblemException.class);
	}

}
