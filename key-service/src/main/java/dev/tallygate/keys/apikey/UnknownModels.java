package dev.tallygate.keys.apikey;

import dev.tallygate.keys.provider.Providers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds the entries of {@code allowedModels} that nothing knows. A key with one is made
 * all the same, for models come; its maker is told. The gateway knows, and while it does
 * not answer only those are found that name a provider which is not configured.
 */
@Component
class UnknownModels {

	private final GatewayModels gateway;

	private final Providers providers;

	UnknownModels(GatewayModels gateway, Providers providers) {
		this.gateway = gateway;
		this.providers = providers;
	}

	/**
	 * Those among these; not while anything is locked, for another service is asked.
	 * @param models a key's entries, as they were checked
	 * @param authorization the caller's own header
	 */
	List<String> among(@Nullable List<String> models, @Nullable String authorization) {
		if (models == null || models.isEmpty()) {
			return List.of();
		}
		Optional<Set<String>> told = (authorization != null) ? this.gateway.unknown(models, authorization)
				: Optional.empty();
		return models.stream()
			.filter((model) -> told.isPresent() ? told.get().contains(model) : isOfNoProvider(model))
			.toList();
	}

	private boolean isOfNoProvider(String model) {
		int end = 0;
		while (end < model.length() && model.charAt(end) != ':' && model.charAt(end) != '/') {
			end++;
		}
		String provider = model.substring(0, end);
		return end < model.length() && provider.indexOf('*') < 0 && this.providers.find(provider).isEmpty();
	}

}
