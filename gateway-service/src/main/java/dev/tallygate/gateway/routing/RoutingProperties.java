package dev.tallygate.gateway.routing;

import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where calls go.
 *
 * @param defaultModel when neither the request nor the agent nor the user names one
 * @param fallbacks per {@code provider:model}, what to call instead when it fails before
 * its first byte, in order; write a key with a colon in brackets:
 * {@code tallygate.fallbacks[openai:gpt-4o]=openai:gpt-4o-mini}
 */
@ConfigurationProperties("tallygate")
public record RoutingProperties(@DefaultValue("ollama:llama3.1") String defaultModel,
		@DefaultValue Map<String, List<String>> fallbacks) {

	public RoutingProperties {
		fallbacks = Map.copyOf(fallbacks);
	}

}
