package dev.tallygate.gateway.completion.relay;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.CompletionProperties;
import dev.tallygate.gateway.completion.Wires;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.RefusedException;
import dev.tallygate.gateway.completion.uncharged.Carried;
import dev.tallygate.gateway.completion.uncharged.KeptResponses;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.conversation.Crossing;
import dev.tallygate.gateway.dialect.responses.ResponsesRequest;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.pricing.PriceRow;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Puts what came in into the words of the provider it goes to.
 */
final class Exchanges {

	private final Wires wires;

	private final KeptResponses kept;

	private final Prices prices;

	private final CompletionProperties properties;

	Exchanges(Wires wires, KeptResponses kept, Prices prices, CompletionProperties properties) {
		this.wires = wires;
		this.kept = kept;
		this.prices = prices;
		this.properties = properties;
	}

	/** What came of the wish to ask one provider. */
	sealed interface Words {

	}

	/**
	 * It can be asked.
	 *
	 * @param exchange the request as that provider gets it
	 * @param carried what goes in beside it
	 */
	record Said(Exchange exchange, Carried carried) implements Words {

	}

	/**
	 * It cannot be said there, or goes on from what is not the caller's.
	 *
	 * @param why what the caller is told
	 */
	record Unsaid(WireError why) implements Words {

	}

	/** The request for one target. */
	Words of(Incoming in, Target target, ProviderAccess access) {
		try {
			return said(in, target, access);
		}
		catch (InvalidRequestException ex) {
			return new Unsaid(Errors.invalid(ex));
		}
		catch (RefusedException ex) {
			return new Unsaid(ex.error());
		}
	}

	private Said said(Incoming in, Target target, ProviderAccess access)
			throws InvalidRequestException, RefusedException {
		String provider = target.provider().name();
		boolean usageWanted = target.provider().takesStreamOptions()
				&& !this.properties.noUsageInjection().contains(provider);
		if (target.provider().speaks(in.wire().operation())) {
			Carried carried = (in.request() instanceof ResponsesRequest responses)
					? this.kept.check(responses, in.caller().userId(), target, access.credential()) : Carried.NOTHING;
			return new Said(in.request().to(target.model(), usageWanted), carried);
		}
		Wire reaching = this.wires.reaching(target.provider(), in.wire());
		Crossing crossing = (reaching != null) ? Crossing.between(in.wire().operation(), reaching.operation()) : null;
		if (reaching != null && crossing != null) {
			return new Said(crossing.exchange(in.request(), reaching, this.properties.limits(), target.model(),
					longestAnswer(provider, target.model()), usageWanted), Carried.NOTHING);
		}
		throw InvalidRequestException.notTranslatable("The provider of '" + target.name()
				+ "' does not speak what is asked for at this path. Use a model from GET /v1/models.", "model");
	}

	/** What a caller of another wire asks for is often more than this model can say. */
	private @Nullable Long longestAnswer(String provider, String model) {
		PriceRow row = this.prices.inForce().find(provider, model, Instant.now());
		return (row != null) ? row.maxOutputTokens() : null;
	}

}
