package dev.tallygate.console.usage;

import dev.tallygate.console.ConsoleProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to type when nothing was called yet.
 *
 * @param curl a command that works once {@code TALLYGATE_KEY} is set
 */
record FirstCall(String curl) {

	/**
	 * The command for the first configured provider that can answer without further ado;
	 * the gateway's own default model where none is known.
	 */
	static FirstCall of(ConsoleProperties properties, List<ProviderInfo> providers) {
		String model = providers.stream()
			.filter((provider) -> provider.hasSystemKey())
			.map((provider) -> exampleModel(provider.name()))
			.filter((name) -> !name.isEmpty())
			.findFirst()
			.orElse("auto");
		return new FirstCall("""
				curl %s/v1/chat/completions \\
				  -H "Authorization: Bearer $TALLYGATE_KEY" \\
				  -H "Content-Type: application/json" \\
				  -d '{"model": "%s", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 100}'"""
			.formatted(properties.gatewayUrl(), model));
	}

	private static String exampleModel(@Nullable String provider) {
		return switch (provider) {
			case "openai" -> "gpt-4o-mini";
			case "anthropic" -> "claude-haiku-4.5";
			case null, default -> "";
		};
	}

	/**
	 * A configured provider, as key-service tells it.
	 */
	record ProviderInfo(@Nullable String name, boolean hasSystemKey) {
	}

}
