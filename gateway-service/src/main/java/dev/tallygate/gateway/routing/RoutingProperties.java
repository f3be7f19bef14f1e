package dev.tallygate.gateway.routing;

import java.time.Duration;
import java.util.HashMap;
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
 * {@code tallygate.fallbacks[openai:gpt-4o]=openai:gpt-4o-mini}. An environment has no
 * such names: under any other the model itself comes first,
 * {@code TALLYGATE_FALLBACKS_1=openai:gpt-4o,openai:gpt-4o-mini}
 * @param rememberChoices how long calls take agents and preferred models for what they
 * were when last looked up, at most 10 s; a change through another gateway reaches them
 * that much later, one through this gateway at once; 0 looks with every call
 */
@ConfigurationProperties("tallygate")
public record RoutingProperties(@DefaultValue("ollama:llama3.1") String defaultModel,
		@DefaultValue Map<String, List<String>> fallbacks, @DefaultValue("1s") Duration rememberChoices) {

	private static final Duration MOST = Duration.ofSeconds(10);

	public RoutingProperties {
		if (rememberChoices.isNegative() || rememberChoices.compareTo(MOST) > 0) {
			throw new IllegalArgumentException("tallygate.remember-choices must be 0s to 10s");
		}
		fallbacks = byModel(fallbacks);
	}

	private static Map<String, List<String>> byModel(Map<String, List<String>> configured) {
		Map<String, List<String>> byModel = new HashMap<>();
		configured.forEach((name, models) -> {
			boolean named = name.indexOf(':') > 0;
			if (models.isEmpty()) {
				return;
			}
			String model = named ? name : models.getFirst();
			List<String> instead = named ? List.copyOf(models) : List.copyOf(models.subList(1, models.size()));
			if (byModel.put(model, instead) != null) {
				throw new IllegalArgumentException("tallygate.fallbacks has two entries for " + model);
			}
		});
		return Map.copyOf(byModel);
	}

}
