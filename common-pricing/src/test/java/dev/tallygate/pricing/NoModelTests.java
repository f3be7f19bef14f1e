package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is shown of the bundled list can be called.
 */
class NoModelTests {

	private static final Instant AT = Instant.parse("2026-11-30T12:00:00Z");

	private static final PriceTable BUNDLED = BundledPrices.load();

	private static final Pattern PLAIN = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*");

	/** What the providers' own documentation says of the names of their models. */
	private static final Map<String, Pattern> NAMES = Map.of("openai", PLAIN, "anthropic", PLAIN, "mistral", PLAIN,
			"xai", PLAIN, "deepseek", PLAIN, "gemini",
			Pattern.compile("(?:gemini|gemma|learnlm|lyria|nano|deep)-(?!flash-\\d|pro-\\d|gemma)[a-z0-9.-]+"), "groq",
			Pattern.compile("(?:[a-z]+(?:-[a-z]+)?/)?[a-z0-9]+(?:[.-][a-z0-9]+)*"), "azure",
			Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*"), "azure_ai", Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*"),
			"bedrock",
			Pattern.compile("(?:(?:us|us-gov|eu|apac|au|jp|in|global)\\.)?[a-z0-9]+\\.[a-z0-9.-]+(?::\\d)?"));

	@Test
	void everyModelThatIsShownHasANameOfItsProvider() {
		for (Map.Entry<String, Pattern> provider : NAMES.entrySet()) {
			List<String> models = BUNDLED.modelsOf(provider.getKey());
			assertThat(models).as(provider.getKey())
				.hasSizeGreaterThan(10)
				.allMatch(provider.getValue().asMatchPredicate());
		}
		assertThat(BUNDLED.modelsOf("ollama")).isEmpty();
		Set<String> shown = new TreeSet<>();
		BUNDLED.models().forEach((row) -> shown.add(row.provider()));
		assertThat(shown).as("providers this test has an opinion of").hasSize(NAMES.size() + 1).contains("ollama");
	}

	/** Nobody loses a model by a rule that is too wide. */
	@Test
	void nothingElseIsLeftOut() {
		Set<String> left = new TreeSet<>();
		Set<PriceRow> shown = new HashSet<>(BUNDLED.models());
		for (PriceRow row : BUNDLED.rows()) {
			if (!shown.contains(row) && !row.model().contains("/") && row.aliasOf() == null) {
				left.add(row.provider() + ' ' + row.model());
			}
		}
		assertThat(left).filteredOn((row) -> !row.startsWith("gemini claude-"))
			.containsExactlyInAnyOrder("azure container", "azure gpt-live-1", "azure gpt-realtime-translate",
					"azure gpt-realtime-translate-2026-05-06", "azure gpt-realtime-translate-2026-05-07",
					"bedrock anthropic.claude-haiku-4-5@20251001", "bedrock claude-sonnet-4-5-20250929-v1:0",
					"gemini gemini-flash-1.5", "gemini gemini-flash-1.5-8b", "gemini gemini-gemma-2-27b-it",
					"gemini gemini-gemma-2-9b-it", "gemini gemini-pro-1.5", "openai container",
					"openai gpt-4o-mini-2024-07-18.ft-", "openai gpt-4o:extended", "openai gpt-5-image",
					"openai gpt-5-image-mini", "openai gpt-5.4-image-2", "openai gpt-live-1",
					"openai gpt-realtime-translate", "xai grok-voice-2.0", "xai grok-voice-3.0",
					"xai grok-voice-latest");
		assertThat(shown.stream().filter((row) -> row.model().contains("/")).map(PriceRow::provider))
			.containsOnly("groq");
	}

	/**
	 * LiteLLM asks for the newest by its name; a provider has names of its own for that.
	 */
	@Test
	void namesForWhateverIsNewestAreLeftOut() {
		assertThat(BUNDLED.rows()).filteredOn((row) -> row.aliasOf() != null)
			.hasSizeGreaterThan(40)
			.allMatch((row) -> row.model().endsWith("-latest"))
			.doesNotContainAnyElementsOf(BUNDLED.models());
		assertThat(BUNDLED.modelsOf("openai")).contains("gpt-6.1-sol", "chatgpt-4o-latest", "gpt-5-chat-latest")
			.doesNotContain("gpt-sol-latest");
		assertThat(BUNDLED.modelsOf("anthropic")).contains("claude-3-5-haiku-latest")
			.doesNotContain("claude-opus-latest");
		assertThat(BUNDLED.modelsOf("xai")).contains("grok-4.7-latest").doesNotContain("grok-latest");
	}

	/**
	 * An operator's name for a deployment costs what the model does, and is called by it.
	 */
	@Test
	void anOperatorsOwnNameIsShown() throws UnreadablePricesException {
		PriceTable table = new PriceTable("t",
				PriceListReader
					.read("""
							{"azure/base": {"litellm_provider": "azure", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06},
							 "azure/ours": {"alias_of": "azure/base"}, "azure/base-latest": {"alias_of": "azure/base"},
							 "azure/dearer": {"alias_of": "azure/base", "litellm_provider": "azure", "input_cost_per_token": 3e-06,
							  "output_cost_per_token": 4e-06}}"""
						.getBytes(StandardCharsets.UTF_8))
					.rows());
		assertThat(table.modelsOf("azure")).containsExactly("base", "dearer", "ours");
		assertThat(Objects.requireNonNull(table.find("azure", "base-latest", AT)).price(Meter.INPUT))
			.isEqualTo(1_000_000_000L);
		assertThat(Objects.requireNonNull(table.find("azure", "dearer", AT)).price(Meter.INPUT))
			.isEqualTo(3_000_000_000L);
		assertThat(PriceRowJson.of(Objects.requireNonNull(table.find("azure", "ours", AT))).row().aliasOf())
			.isEqualTo("azure/base");
	}

	/** What was called under such a name, whoever took it, costs what it did. */
	@Test
	void whatIsLeftOutIsPricedAsBefore() {
		for (PriceRow row : BUNDLED.rows()) {
			if (row.effectiveFrom().isBefore(AT)) {
				assertThat(BUNDLED.find(row.provider(), row.model(), AT)).as(row.model()).isNotNull();
			}
		}
		assertThat(Objects.requireNonNull(BUNDLED.find("openai", "gpt-4o:extended", AT)).price(Meter.INPUT))
			.isEqualTo(6_000_000_000L);
		assertThat(Objects.requireNonNull(BUNDLED.find("openai", "ft:gpt-4o-mini-2024-07-18:org::id", AT))
			.price(Meter.INPUT)).isEqualTo(300_000_000L);
	}

	/** The same list may be laid over it, with the providers that it has beside. */
	@ParameterizedTest
	@CsvSource({ "openrouter, openai/gpt-4o:extended, true", "openrouter, openai/gpt-5-image, true",
			"fireworks_ai, accounts/fireworks/models/kimi-k2, true", "own, llama3.1:8b, true",
			"own, Qwen/Qwen3-32B, true", "own, qwen3:free, false", "own, ft:, false",
			"bedrock, us-east-1/amazon.nova-lite-v1:0, false",
			"bedrock, arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2, true",
			"awsbedrock, amazon.nova-lite-v1:0, true", "googlegemini, claude-opus-5, false",
			"azureopenai, eu/gpt-4o, false", "azure, my_deployment-1, true", "own, *, true", "own, some-*, false" })
	void tellsModelsFromOtherRows(String provider, String model, boolean isModel) {
		PriceRow row = PriceRow.of(provider, model, 1, 1, Instant.EPOCH);
		assertThat(new PriceTable("t", List.of(row)).models().isEmpty()).isNotEqualTo(isModel);
	}

}
