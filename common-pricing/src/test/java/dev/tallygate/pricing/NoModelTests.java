package dev.tallygate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

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
			if (!shown.contains(row) && !row.model().contains("/")) {
				left.add(row.provider() + ' ' + row.model());
			}
		}
		assertThat(left).filteredOn((row) -> !row.startsWith("gemini claude-"))
			.containsExactlyInAnyOrder("azure container", "azure gpt-live-1", "azure gpt-realtime-translate",
					"azure gpt-realtime-translate-2026-05-06", "azure gpt-realtime-translate-2026-05-07",
					"bedrock anthropic.claude-haiku-4-5@20251001", "bedrock claude-fable-latest",
					"bedrock claude-haiku-latest", "bedrock claude-opus-latest",
					"bedrock claude-sonnet-4-5-20250929-v1:0", "bedrock claude-sonnet-latest", "bedrock glm-latest",
					"bedrock gpt-astra-latest", "bedrock gpt-luna-latest", "bedrock gpt-sol-latest",
					"bedrock gpt-terra-latest", "bedrock grok-latest", "bedrock kimi-latest", "gemini gemini-flash-1.5",
					"gemini gemini-flash-1.5-8b", "gemini gemini-gemma-2-27b-it", "gemini gemini-gemma-2-9b-it",
					"gemini gemini-pro-1.5", "openai container", "openai gpt-4o-mini-2024-07-18.ft-",
					"openai gpt-4o:extended", "openai gpt-5-image", "openai gpt-5-image-mini", "openai gpt-5.4-image-2",
					"openai gpt-live-1", "openai gpt-realtime-translate", "xai grok-voice-2.0", "xai grok-voice-3.0",
					"xai grok-voice-latest");
		assertThat(shown.stream().filter((row) -> row.model().contains("/")).map(PriceRow::provider))
			.containsOnly("groq");
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
