package dev.tallygate.gateway.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configured providers, in configured order.
 */
public interface Providers {

	/**
	 * All of them.
	 * @throws ProvidersUnknownException when key-service has not said yet
	 */
	List<Provider> all();

	/**
	 * The one of this name, or null.
	 * @throws ProvidersUnknownException when key-service has not said yet
	 */
	default @Nullable Provider find(String name) {
		for (Provider provider : all()) {
			if (provider.name().equals(name)) {
				return provider;
			}
		}
		return null;
	}

}
