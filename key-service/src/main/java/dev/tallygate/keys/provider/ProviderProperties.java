package dev.tallygate.keys.provider;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
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
	 * @param displayName what people call it; its name with a capital when absent
	 * @param wires the kinds of call it answers; when empty those of its dialect: chat
	 * and embeddings, or messages
	 * @param onDisconnect what becomes of a call when the client goes away
	 * @param usageQuirks in what its usage differs from its dialect's
	 * @param oauth how an account is connected instead; absent where it cannot
	 */
	record Entry(@Nullable URI baseUrl, @DefaultValue("openai") Dialect dialect,
			@DefaultValue("models") Validation validation, @DefaultValue("default") String validationModel,
			@DefaultValue("true") boolean needsKey, @Nullable String displayName, @DefaultValue Set<Wire> wires,
			@DefaultValue("cancel") OnDisconnect onDisconnect, @DefaultValue Set<UsageQuirk> usageQuirks,
			@Nullable OAuth oauth) {

		Set<Wire> wiresOrThoseOfTheDialect() {
			if (!this.wires.isEmpty()) {
				return this.wires;
			}
			return switch (this.dialect) {
				case OPENAI -> Set.of(Wire.CHAT, Wire.EMBEDDINGS);
				case ANTHROPIC -> Set.of(Wire.MESSAGES);
			};
		}

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
