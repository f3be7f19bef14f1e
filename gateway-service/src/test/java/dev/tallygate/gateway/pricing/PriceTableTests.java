package dev.tallygate.gateway.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PriceTableTests {

	private final PriceTable bundled = BundledPrices.load();

	@TempDir
	private Path directory;

	@Test
	void aModelThatIsNotInTheTableHasNoPrice() {
		assertThat(this.bundled.find("openai", "gpt-99")).isNull();
		assertThat(this.bundled.find("nobody", "gpt-4o")).isNull();
		assertThat(this.bundled.find("anthropic", "gpt-4o")).isNull();
	}

	@Test
	void everyOllamaModelCostsNothing() {
		ModelPrice price = this.bundled.find("ollama", "llama3.1");
		assertThat(price).isNotNull();
		assertThat(price.cost(TokenCounts.of(1_000_000L, 1_000_000L)).value()).isZero();
	}

	@Test
	void knowsWhoPricesABareName() {
		assertThat(this.bundled.providersOf("gpt-4o-mini")).containsExactly("openai");
		assertThat(this.bundled.providersOf("claude-sonnet-4")).containsExactly("anthropic");
		assertThat(this.bundled.providersOf("nope")).isEmpty();
		assertThat(this.bundled.providersOf("*")).isEmpty();
	}

	@Test
	void aPriceHoldsFromWhenItIsEffective() {
		Instant change = Instant.parse("2026-06-01T00:00:00Z");
		ModelPrice old = ModelPrice.of(2, 2, Instant.EPOCH);
		ModelPrice later = ModelPrice.of(1, 1, change);
		PriceTable table = new PriceTable("t",
				List.of(new PricedModel("p", "m", later), new PricedModel("p", "m", old)));
		assertThat(table.find("p", "m", change.minusNanos(1))).isEqualTo(old);
		assertThat(table.find("p", "m", change)).isEqualTo(later);
		assertThat(table.providersOf("m")).containsExactly("p");
	}

	@Test
	void takesAFileInLiteLlmsFormatOverTheBundledTable() throws IOException {
		PriceTable table = overlaid("""
				{
				  "sample_spec": {"litellm_provider": "one of", "input_cost_per_token": "words"},
				  "gpt-4o-mini": {"litellm_provider": "openai", "input_cost_per_token": 3e-07,
				      "output_cost_per_token": "1.2e-06", "cache_read_input_token_cost": 7.5e-08, "mode": "chat"},
				  "ollama/llama3.1": {"litellm_provider": "ollama", "input_cost_per_token": 0.0,
				      "output_cost_per_token": 1e-9},
				  "deepseek/deepseek-chat": {"litellm_provider": "deepseek", "input_cost_per_token": 0.00000027,
				      "output_cost_per_token": 1.1e-06},
				  "dall-e-3": {"litellm_provider": "openai", "input_cost_per_image": 0.04}
				}
				""");
		assertThat(table.find("openai", "gpt-4o-mini"))
			.isEqualTo(new ModelPrice(300_000_000L, 1_200_000_000L, 75_000_000L, 300_000_000L, Instant.EPOCH));
		assertThat(table.find("deepseek", "deepseek-chat"))
			.isEqualTo(ModelPrice.of(270_000_000L, 1_100_000_000L, Instant.EPOCH));
		assertThat(table.find("ollama", "llama3.1")).isEqualTo(ModelPrice.of(0, 1_000_000L, Instant.EPOCH));
		assertThat(table.find("openai", "dall-e-3")).isNull();
		assertThat(table.find("openai", "gpt-4o")).isEqualTo(this.bundled.find("openai", "gpt-4o"));
		assertThat(table.version()).startsWith(this.bundled.version() + "+file-");
	}

	@Test
	void namesAndSkipsAnEntryThatMakesNoSense(CapturedOutput output) throws IOException {
		PriceTable table = overlaid(
				"""
						{
						  "negative": {"litellm_provider": "p", "input_cost_per_token": -1e-06, "output_cost_per_token": 1e-06},
						  "half": {"litellm_provider": "p", "input_cost_per_token": 1e-06},
						  "words": {"litellm_provider": "p", "input_cost_per_token": "cheap", "output_cost_per_token": 0},
						  "homeless": {"input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
						  "absurd": {"litellm_provider": "p", "input_cost_per_token": 1e6, "output_cost_per_token": 1e-06},
						  "endless": {"litellm_provider": "p", "input_cost_per_token": 1e-999999999, "output_cost_per_token": 0},
						  "list": [],
						  "good": {"litellm_provider": "p", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06}
						}
						""");
		assertThat(table.find("p", "good")).isNotNull();
		for (String bad : List.of("negative", "half", "words", "homeless", "absurd", "endless", "list")) {
			assertThat(table.find("p", bad)).as(bad).isNull();
			assertThat(output).contains("'" + bad + "'");
		}
	}

	@Test
	void refusesAFileThatIsBroken() {
		assertThatExceptionOfType(UnusablePricesException.class).isThrownBy(() -> overlaid("{\"gpt"))
			.withMessageContaining("not valid JSON");
		assertThatExceptionOfType(UnusablePricesException.class).isThrownBy(() -> overlaid("[]"))
			.withMessageContaining("no JSON object");
		assertThatExceptionOfType(UnusablePricesException.class)
			.isThrownBy(() -> PricesFile.load(this.directory.resolve("none")))
			.withMessageContaining("no such file");
	}

	private PriceTable overlaid(String json) throws IOException {
		return this.bundled.overlaidBy(PricesFile.load(Files.writeString(this.directory.resolve("prices.json"), json)));
	}

}
