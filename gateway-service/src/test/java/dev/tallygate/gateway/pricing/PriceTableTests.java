package dev.tallygate.gateway.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.pricing.BundledPrices;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceTable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class PriceTableTests {

	private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

	private static final PriceTable BUNDLED = BundledPrices.load();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@Test
	void keepsTheSevenPricesOfTheContract() {
		assertPrice("anthropic", "claude-sonnet-4-20250514", 300, 1500);
		assertPrice("anthropic", "claude-haiku-3-20250414", 25, 125);
		assertPrice("anthropic", "claude-sonnet-4", 300, 1500);
		assertPrice("anthropic", "claude-haiku-4.5", 100, 500);
		assertPrice("anthropic", "claude-opus-4.6", 500, 2500);
		assertPrice("openai", "gpt-4o", 250, 1000);
		assertPrice("openai", "gpt-4o-mini", 15, 60);
	}

	private static void assertPrice(String provider, String model, long inputCents, long outputCents) {
		PriceRow row = row(BUNDLED, provider, model);
		assertThat(row.price(Meter.INPUT)).as(model).isEqualTo(inputCents * 10_000_000L);
		assertThat(row.price(Meter.OUTPUT)).as(model).isEqualTo(outputCents * 10_000_000L);
	}

	@Test
	void pricesCacheReadsAsTheProvidersDo() {
		assertThat(row(BUNDLED, "openai", "gpt-4o").price(Meter.CACHE_READ)).isEqualTo(1_250_000_000L);
		assertThat(row(BUNDLED, "openai", "gpt-4o-mini").price(Meter.CACHE_READ)).isEqualTo(75_000_000L);
		assertThat(row(BUNDLED, "anthropic", "claude-sonnet-4").price(Meter.CACHE_READ)).isEqualTo(300_000_000L);
		assertThat(row(BUNDLED, "anthropic", "claude-haiku-4.5").price(Meter.CACHE_READ)).isEqualTo(100_000_000L);
		assertThat(row(BUNDLED, "anthropic", "claude-opus-4.6").price(Meter.CACHE_READ)).isEqualTo(500_000_000L);
		assertThat(row(BUNDLED, "anthropic", "claude-sonnet-5-5").price(Meter.CACHE_READ)).isEqualTo(100_000_000L);
		assertThat(row(BUNDLED, "openai", "gpt-6-astra").price(Meter.CACHE_WRITE_5M)).isEqualTo(12_500_000_000L);
		for (String model : List.of("gpt-6.1-sol", "gpt-6-sol")) {
			assertThat(BUNDLED.knows("openai", model)).as(model).isTrue();
		}
		assertThat(BUNDLED.knows("anthropic", "claude-haiku-5-5")).isTrue();
	}

	@Test
	void aModelThatIsNotInTheTableHasNoPrice() {
		assertThat(find(BUNDLED, "openai", "gpt-99")).isNull();
		assertThat(find(BUNDLED, "nobody", "gpt-4o")).isNull();
		assertThat(find(BUNDLED, "anthropic", "gpt-4o")).isNull();
	}

	@Test
	void everyOllamaModelCostsNothing() {
		assertThat(row(BUNDLED, "ollama", "llama3.1").isFree()).isTrue();
	}

	@Test
	void findsProvidersUnderTheirOtherNames() {
		assertThat(row(BUNDLED, "google", "gemini-2.5-pro")).isEqualTo(row(BUNDLED, "gemini", "gemini-2.5-pro"));
		assertThat(row(BUNDLED, "x-ai", "grok-4.3")).isEqualTo(row(BUNDLED, "xai", "grok-4.3"));
		assertThat(BUNDLED.modelsOf("google")).contains("gemini-2.5-pro");
	}

	@Test
	void knowsWhoPricesABareName() {
		assertThat(BUNDLED.providersOf("claude-sonnet-4")).containsExactly("anthropic");
		assertThat(BUNDLED.knows("openai", "gpt-4o-mini")).isTrue();
		assertThat(BUNDLED.providersOf("nope")).isEmpty();
		assertThat(BUNDLED.providersOf("*")).isEmpty();
		assertThat(BUNDLED.knows("ollama", "*")).isFalse();
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
				  "mine": {"alias_of": "gpt-4o-mini"},
				  "deepseek/mine": {"alias_of": "gpt-4o-mini"},
				  "dall-e-3": {"litellm_provider": "openai", "output_cost_per_image": 0.04}
				}
				""");
		assertThat(row(table, "openai", "gpt-4o-mini")).isEqualTo(PriceRow.of("openai", "gpt-4o-mini", Instant.EPOCH)
			.price(Meter.INPUT, 300_000_000L)
			.price(Meter.OUTPUT, 1_200_000_000L)
			.price(Meter.CACHE_READ, 75_000_000L)
			.build());
		assertThat(row(table, "deepseek", "deepseek-chat"))
			.isEqualTo(PriceRow.of("deepseek", "deepseek-chat", 270_000_000L, 1_100_000_000L, Instant.EPOCH));
		assertThat(row(table, "ollama", "llama3.1"))
			.isEqualTo(PriceRow.of("ollama", "llama3.1", 0, 1_000_000L, Instant.EPOCH));
		assertThat(row(table, "openai", "mine").price(Meter.INPUT)).isEqualTo(300_000_000L);
		assertThat(row(table, "deepseek", "mine").price(Meter.INPUT)).isEqualTo(300_000_000L);
		assertThat(row(table, "openai", "dall-e-3").price(Meter.IMAGE)).isEqualTo(40_000_000_000_000L);
		assertThat(row(table, "openai", "gpt-4o")).isEqualTo(row(BUNDLED, "openai", "gpt-4o"));
	}

	@Test
	void takesSeveralRowsInTimeAndNamesWhatItDoesNotUnderstand(CapturedOutput output) throws IOException {
		PriceTable table = overlaid("""
				{"p/m": [
				  {"litellm_provider": "p", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
				  {"litellm_provider": "p", "input_cost_per_token": 2e-06, "output_cost_per_token": 4e-06,
				   "effective_from": "2026-12-01", "input_cost_per_smile": 1, "context_threshold_inclusive": true,
				   "input_cost_per_token_above_200k_tokens": 3e-06}]}
				""");
		Instant change = Instant.parse("2026-12-01T00:00:00Z");
		assertThat(Objects.requireNonNull(table.find("p", "m", change.minusNanos(1))).price(Meter.INPUT))
			.isEqualTo(1_000_000_000L);
		PriceRow later = Objects.requireNonNull(table.find("p", "m", change));
		assertThat(later.price(Meter.INPUT)).isEqualTo(2_000_000_000L);
		assertThat(later.ignored()).containsExactly("input_cost_per_smile");
		assertThat(later.thresholds()).hasToString("[>=200000]");
		assertThat(output).contains("[input_cost_per_smile]");
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
						  "huge": {"litellm_provider": "p", "input_cost_per_token": 1e308, "output_cost_per_token": 1e-06},
						  "nan": {"litellm_provider": "p", "input_cost_per_token": "NaN", "output_cost_per_token": 1e-06},
						  "yes": {"litellm_provider": "p", "input_cost_per_token": true, "output_cost_per_token": 1e-06},
						  "endless": {"litellm_provider": "p", "input_cost_per_token": 1e-999999999, "output_cost_per_token": 0},
						  "circle": {"alias_of": "circle"},
						  "nobody": {"alias_of": "nothing"},
						  "list": [1],
						  "good": {"litellm_provider": "p", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
						  "vector": {"litellm_provider": "p", "mode": "embedding", "input_cost_per_token": 1e-06}
						}
						""");
		assertThat(find(table, "p", "good")).isNotNull();
		assertThat(find(table, "p", "vector")).isNotNull();
		for (String bad : List.of("negative", "half", "words", "homeless", "absurd", "huge", "nan", "yes", "endless",
				"circle", "nobody", "list")) {
			assertThat(find(table, "p", bad)).as(bad).isNull();
			assertThat(output).contains("'" + bad + "'");
		}
	}

	@Test
	void refusesAFileThatIsBroken() {
		for (String broken : List.of("{\"gpt", "[]", "{\"a\": {}, \"a\": {}}", "{\"a\": NaN}")) {
			assertThatExceptionOfType(UnusablePricesException.class).as(broken).isThrownBy(() -> overlaid(broken));
		}
		assertThatExceptionOfType(UnusablePricesException.class)
			.isThrownBy(() -> new PricesFile(this.directory.resolve("none")).load())
			.withMessageContaining("no such file");
	}

	@Test
	void refusesAFileTooLargeToBePrices() throws IOException {
		Path file = this.directory.resolve("large.json");
		try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
			large.setLength(50L << 20);
		}
		assertThatExceptionOfType(UnusablePricesException.class).isThrownBy(() -> new PricesFile(file).load())
			.withMessageContaining("more than 16 MiB");
	}

	@Test
	void readsAFileAgainWhenItChangesAndKeepsTheLastGoodOne(CapturedOutput output) throws IOException {
		Path file = write(entry("a", 1) + "," + entry("b", 1));
		PricesInForce prices = new PricesInForce(BUNDLED, new PricesFile(file), null);
		PriceTable first = prices.inForce();
		prices.refresh();
		assertThat(prices.inForce()).isSameAs(first);

		Files.writeString(file, "{\"broken", StandardOpenOption.TRUNCATE_EXISTING);
		prices.refresh();
		prices.refresh();
		assertThat(prices.inForce()).isSameAs(first);
		assertThat(prices.problem()).contains("not valid JSON");
		assertThat(output.toString().split("stay in force", -1)).as("said once").hasSize(2);

		write(entry("a", 2));
		prices.refresh();
		assertThat(prices.problem()).isNull();
		PriceTable second = prices.inForce();
		assertThat(second.version()).isNotEqualTo(first.version());
		assertThat(row(second, "p", "a").price(Meter.INPUT)).isEqualTo(2_000_000_000L);
		assertThat(row(second, "p", "b")).as("what is gone stays").isEqualTo(row(first, "p", "b"));
		assertThat(first.differencesTo(second)).hasSize(1);
	}

	@Test
	void neverReadsAFileThatIsJustBeingWritten() throws Exception {
		Path file = write(entry("a", 1));
		String one = "{" + entry("a", 1) + "}";
		String other = "{" + entry("a", 2)
				+ ", \"p/b\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": 0, \"output_cost_per_token\": 0}, "
				+ "\"c\": {\"notes\": \"" + "x".repeat(500_000) + "\"}}";
		AtomicBoolean stop = new AtomicBoolean();
		Thread writer = Thread.ofPlatform().start(() -> {
			while (!stop.get()) {
				try {
					Files.writeString(file, other);
					Files.writeString(file, one);
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		});
		try {
			for (int i = 0; i < 300; i++) {
				assertWhole(file);
			}
		}
		finally {
			stop.set(true);
			writer.join();
		}
		Files.writeString(file, other);
		assertThat(new PricesFile(file).load().table().rows()).hasSize(2);
	}

	/** Half a file is none. */
	private static void assertWhole(Path file) {
		try {
			PriceTable table = new PricesFile(file).load().table();
			long price = Objects.requireNonNull(row(table, "p", "a").price(Meter.INPUT));
			assertThat(table.rows()).hasSize((price == 1_000_000_000L) ? 1 : 2);
		}
		catch (UnusablePricesException ex) {
			assertThat(ex).hasMessageContaining(file.toString());
		}
	}

	@Test
	void remembersAfterARestartWhatTheFileHasNoLonger() throws IOException {
		KeptPrices kept = new KeptPrices(this.directory.resolve("state/kept.json"));
		Path file = write(entry("a", 1) + ",\"p/b\": [{\"litellm_provider\": \"p\", \"input_cost_per_token\": 1e-06, "
				+ "\"mode\": \"image_generation\", \"output_cost_per_token\": 2e-06, \"input_cost_per_token_above_200k_tokens_flex\": 5e-06, "
				+ "\"off_peak_pricing\": {\"input_cost_per_token\": 1e-07, \"windows\": [{\"hours_utc\": \"16:00-20:00\", "
				+ "\"weekdays\": [6], \"dates\": [\"2026-10-01\"]}]}, "
				+ "\"search_context_cost_per_query\": {\"search_context_size_low\": 0.005, \"search_context_size_medium\": 0.008}, "
				+ "\"provider_specific_entry\": {\"us\": 1.1}}, {\"litellm_provider\": \"p\", \"effective_from\": \"2027-01-01\", "
				+ "\"mode\": \"image_generation\", \"input_cost_per_token\": 3e-06, \"output_cost_per_token\": 2e-06}]");
		PriceTable first = new PricesInForce(BUNDLED, new PricesFile(file), kept).inForce();
		write(entry("a", 2));

		PriceTable restarted = new PricesInForce(BUNDLED, new PricesFile(file), kept).inForce();
		assertThat(row(restarted, "p", "a").price(Meter.INPUT)).isEqualTo(2_000_000_000L);
		assertThat(restarted.rowsOf("p", "b")).isEqualTo(first.rowsOf("p", "b"))
			.allMatch((row) -> "image_generation".equals(row.mode()));

		// and after one more, though no file has told it since
		assertThat(new PricesInForce(BUNDLED, new PricesFile(file), kept).inForce().rowsOf("p", "b"))
			.isEqualTo(first.rowsOf("p", "b"));
	}

	@Test
	void goesOnWithoutWhatWasKeptWhenThatIsBroken(CapturedOutput output) throws IOException {
		Path keptFile = Files.writeString(this.directory.resolve("kept.json"), "[{\"provider\":");
		Path file = write(entry("a", 1));
		PriceTable table = new PricesInForce(BUNDLED, new PricesFile(file), new KeptPrices(keptFile)).inForce();
		assertThat(find(table, "p", "a")).isNotNull();
		assertThat(output).contains("cannot be read from " + keptFile);
	}

	private static String entry(String model, int price) {
		return "\"" + model + "\": {\"litellm_provider\": \"p\", \"input_cost_per_token\": " + price
				+ "e-06, \"output_cost_per_token\": 1e-06}";
	}

	private Path write(String entries) throws IOException {
		return Files.writeString(this.directory.resolve("prices.json"), "{" + entries + "}");
	}

	private PriceTable overlaid(String json) throws IOException {
		return new PricesInForce(BUNDLED,
				new PricesFile(Files.writeString(this.directory.resolve("prices.json"), json)), null)
			.inForce();
	}

	private static @Nullable PriceRow find(PriceTable table, String provider, String model) {
		return table.find(provider, model, NOW);
	}

	private static PriceRow row(PriceTable table, String provider, String model) {
		return Objects.requireNonNull(find(table, provider, model));
	}

}
