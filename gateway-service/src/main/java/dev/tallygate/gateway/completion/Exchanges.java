package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.conversation.Crossing;
import dev.tallygate.gateway.dialect.responses.ResponsesRequest;
import dev.tallygate.gateway.routing.Target;

/**
 * Puts what came in into the words of the provider it goes to.
 */
final class Exchanges {

	private final Wires wires;

	private final KeptResponses kept;

	private final CompletionProperties properties;

	Exchanges(Wires wires, KeptResponses kept, CompletionProperties properties) {
		this.wires = wires;
		this.kept = kept;
		this.properties = properties;
	}

	/**
	 * The request for one target.
	 * @throws InvalidRequestException when it cannot be said there
	 * @throws RefusedException when it goes on from what is not the caller's
	 */
	Exchange of(Incoming in, Target target, ProviderAccess access) throws InvalidRequestException, RefusedException {
		String provider = target.provider().name();
		boolean usageWanted = !this.properties.noUsageInjection().contains(provider);
		if (this.wires.speaks(access.dialect(), provider, in.wire())) {
			if (in.request() instanceof ResponsesRequest responses) {
				this.kept.check(responses, in.caller().userId(), target, access.credential());
			}
			return in.request().to(target.model(), usageWanted);
		}
		Wire reaching = this.wires.reaching(access.dialect());
		Crossing crossing = Crossing.between(in.wire().operation(), reaching.operation());
		if (crossing != null) {
			return crossing.exchange(in.request(), reaching, this.properties.limits(), target.model(), null,
					usageWanted);
		}
		throw InvalidRequestException.notTranslatable("The provider of '" + target.name()
				+ "' does not speak what is asked for at this path. Use a model from GET /v1/models.", "model");
	}

}
