package dev.tallygate.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class RoutingPropertiesTests {

	@Test
	void namesFallbacksByModel() {
		assertThat(bound(new MapPropertySource("file",
				Map.of("tallygate.fallbacks[openai:gpt-4o]", "openai:gpt-4o-mini,anthropic:claude-haiku-4-5")))
			.fallbacks())
			.containsExactly(Map.entry("openai:gpt-4o", List.of("openai:gpt-4o-mini", "anthropic:claude-haiku-4-5")));
	}

	/** Its names have neither colons nor hyphens, and no small letters. */
	@Test
	void namesFallbacksInAnEnvironment() {
		assertThat(bound(environment(Map.of("TALLYGATE_FALLBACKS_1", "openai:gpt-4o,anthropic:claude-haiku-4-5",
				"TALLYGATE_FALLBACKS_CHEAP", "openai:gpt-4o-mini, ollama:llama3.1 ,manus:m")))
			.fallbacks()).containsOnly(Map.entry("openai:gpt-4o", List.of("anthropic:claude-haiku-4-5")),
					Map.entry("openai:gpt-4o-mini", List.of("ollama:llama3.1", "manus:m")));
	}

	@Test
	void anEmptyVariableIsNone() {
		assertThat(bound(environment(Map.of("TALLYGATE_FALLBACKS_1", ""))).fallbacks()).isEmpty();
	}

	@Test
	void refusesWhatIsSaidTwice() {
		assertThatThrownBy(() -> bound(
				environment(Map.of("TALLYGATE_FALLBACKS_1", "a:b,a:c", "TALLYGATE_FALLBACKS_2", "a:b,a:d"))))
			.hasRootCauseMessage("tallygate.fallbacks has two entries for a:b");
	}

	private static PropertySource<?> environment(Map<String, Object> variables) {
		return new SystemEnvironmentPropertySource(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
				variables);
	}

	private static RoutingProperties bound(PropertySource<?> source) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().forEach((each) -> environment.getPropertySources().remove(each.getName()));
		environment.getPropertySources().addFirst(source);
		return Binder.get(environment).bindOrCreate("tallygate", RoutingProperties.class);
	}

}
