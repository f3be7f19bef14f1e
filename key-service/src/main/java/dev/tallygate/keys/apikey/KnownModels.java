package dev.tallygate.keys.apikey;

import dev.tallygate.keys.provider.Providers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds the entries of {@code allowedModels} that nothing here knows: those of a provider
 * that is not configured. A key with one is made all the same, for providers come; its
 * maker is told.
 */
@Component
class KnownModels {

	private final Providers providers;

	KnownModels(Providers providers) {
		this.providers = providers;
	}

	List<String> unknown(@Nullable List<String> models) {
		return (models != null) ? models.stream().filter((model) -> !isKnown(model)).toList() : List.of();
	}

	private boolean isKnown(String model) {
		int end = 0;
		while (end < model.length() && model.charAt(end) != ':' && model.charAt(end) != '/') {
			end++;
		}
		String provider = model.substring(0, end);
		return end == model.length() || provider.indexOf('*') >= 0 || this.providers.find(provider).isPresent();
	}

}
