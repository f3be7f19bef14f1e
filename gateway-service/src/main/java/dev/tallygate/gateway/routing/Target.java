package dev.tallygate.gateway.routing;

import dev.tallygate.gateway.provider.Provider;

/**
 * A model of a provider.
 *
 * @param provider the provider
 * @param model its name for the model
 */
public record Target(Provider provider, String model) {

	/** The target as {@code provider:model}. */
	public String name() {
		return this.provider.name() + ':' + this.model;
	}

}
