package dev.tallygate.console.keys;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Providers' names as they write them themselves.
 */
public final class ProviderNames {

	private static final Map<String, String> KNOWN = Map.ofEntries(Map.entry("openai", "OpenAI"),
			Map.entry("anthropic", "Anthropic"), Map.entry("ollama", "Ollama"), Map.entry("manus", "Manus"),
			Map.entry("gemini", "Google Gemini"), Map.entry("google", "Google Gemini"), Map.entry("xai", "xAI"),
			Map.entry("mistral", "Mistral AI"), Map.entry("deepseek", "DeepSeek"), Map.entry("groq", "Groq"),
			Map.entry("openrouter", "OpenRouter"), Map.entry("azure", "Azure OpenAI"),
			Map.entry("bedrock", "Amazon Bedrock"), Map.entry("llamacpp", "llama.cpp"));

	private ProviderNames() {
	}

	/**
	 * The name to show.
	 * @param configured as the operator named it; null where not
	 */
	public static String of(@Nullable String name, @Nullable String configured) {
		if (configured != null && !configured.isBlank()) {
			return configured;
		}
		String known = (name != null) ? KNOWN.get(name.toLowerCase(Locale.ROOT)) : null;
		return (known != null) ? known : String.valueOf(name);
	}

}
