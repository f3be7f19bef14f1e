package dev.tallygate.gateway.provider;

import java.util.List;

/**
 * Hears which providers are configured, each time key-service is asked.
 */
@FunctionalInterface
public interface ProviderListener {

	void configured(List<Provider> providers);

}
