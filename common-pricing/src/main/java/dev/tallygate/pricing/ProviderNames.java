package dev.tallygate.pricing;

import java.util.Locale;
import java.util.Map;

/**
 * What a provider is called in published price lists. Operators configure providers under
 * names of their own; the usual other spellings of the big ones find their prices too.
 */
public final class ProviderNames {

	private static final Map<String, String> PUBLISHED = Map.ofEntries(Map.entry("google", "gemini"),
			Map.entry("googleai", "gemini"), Map.entry("googlegemini", "gemini"), Map.entry("googlegla", "gemini"),
			Map.entry("xai", "xai"), Map.entry("grok", "xai"), Map.entry("bedrockconverse", "bedrock"),
			Map.entry("awsbedrock", "bedrock"), Map.entry("amazonbedrock", "bedrock"), Map.entry("aws", "bedrock"),
			Map.entry("azureopenai", "azure"), Map.entry("mistralai", "mistral"), Map.entry("claude", "anthropic"),
			Map.entry("textcompletionopenai", "openai"), Map.entry("textcompletioncodestral", "mistral"),
			Map.entry("codestral", "mistral"), Map.entry("googlevertex", "vertex_ai"), Map.entry("vertex", "vertex_ai"),
			Map.entry("vertexai", "vertex_ai"));

	private ProviderNames() {
	}

	/** The published name of a provider; the name itself where none is known. */
	public static String published(String provider) {
		String known = PUBLISHED.get(provider);
		if (known != null) {
			return known;
		}
		String lower = provider.toLowerCase(Locale.ROOT);
		if (lower.startsWith("vertex_ai")) {
			return "vertex_ai";
		}
		return PUBLISHED.getOrDefault(isPlain(lower) ? lower : lower.replaceAll("[^a-z0-9]", ""), lower);
	}

	/** Nearly all are, and every call asks. */
	private static boolean isPlain(String name) {
		for (int i = 0; i < name.length(); i++) {
			char c = name.charAt(i);
			if ((c < 'a' || c > 'z') && (c < '0' || c > '9')) {
				return false;
			}
		}
		return true;
	}

}
