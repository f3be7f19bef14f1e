package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.routing.Target;

/**
 * Puts what came in into the words of the provider it goes to.
 */
final class Exchanges {

	private final Wires wires;

	private final CompletionProperties properties;

	Exchanges(Wires wires, CompletionProperties properties) {
		this.wires = wires;
		this.properties = properties;
	}

	/**
	 * The request for one target.
	 * @throws InvalidRequestException when it cannot be said there
	 */
	Exchange of(Incoming in, Target target, ProviderAccess access) throws InvalidRequestException {
		if (this.wires.speaks(access.dialect(), target.provider().name(), in.wire())) {
			return in.request()
				.to(target.model(), !this.properties.noUsageInjection().contains(target.provider().name()));
		}
		throw InvalidRequestException.notTranslatable("The provider of '" + target.name()
				+ "' does not speak what is asked for at this path. Use a model from GET /v1/models.", "model");
	}

}
