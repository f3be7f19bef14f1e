package dev.tallygate.gateway.provider;

import java.io.IOException;
import java.util.List;

/**
 * Tells the configured providers.
 */
@FunctionalInterface
public interface ProviderSource {

	/**
	 * All of them, in configured order.
	 * @throws IOException when they cannot be had now
	 */
	List<Provider> list() throws IOException;

}
