package dev.tallygate.keys.provider;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The configured providers.
 *
 * @param providers by name
 * @param validation limits of asking a provider
 */
@ConfigurationProperties("tallygate")
record ProviderProperties(Map<String, Entry> providers, @DefaultValue Limits validation) {

	ProviderProperties {
		providers = new LinkedHashMap<>(providers);
	}

	/**
	 * One provider.
	 *
	 * @param baseUrl where it is, version path included
	 * @param dialect the wire it speaks
	 * @param validation how a key is checked
	 * @param validationModel the model of the one-token call
	 * @param needsKey whether it takes no call without a key
	 */
	record Entry(@Nullable URI baseUrl, @DefaultValue("openai") Dialect dialect,
			@DefaultValue("models") Validation validation, @DefaultValue("default") String validationModel,
			@DefaultValue("true") boolean needsKey) {

	}

	/**
	 * Limits of asking a provider whether it takes a key.
	 *
	 * @param connectTimeout limit of connecting
	 * @param timeout limit of the whole question
	 * @param maxConcurrent how many questions may be under way
	 */
	record Limits(@DefaultValue("3s") Duration connectTimeout, @DefaultValue("10s") Duration timeout,
			@DefaultValue("32") int maxConcurrent) {

	}

}
