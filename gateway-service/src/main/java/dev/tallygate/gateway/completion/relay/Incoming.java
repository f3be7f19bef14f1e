package dev.tallygate.gateway.completion.relay;

import dev.tallygate.events.AgentId;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.BodyReader;
import dev.tallygate.gateway.completion.RequestHeaders;
import dev.tallygate.gateway.completion.running.RunningCall;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.gateway.pricing.Demand;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Tags;
import org.jspecify.annotations.Nullable;

/**
 * What came in, whatever target it ends up at.
 *
 * @param wire how the caller talks
 * @param arrival who calls, and where the answer goes
 * @param request what is asked
 * @param agent the agent the caller named
 * @param headers what of the caller's headers matters
 * @param tags what the call counts for, those of the key first
 * @param running how other threads see the call
 * @param body holds the request and takes room for it
 */
record Incoming(Wire wire, Arrival arrival, WireRequest request, @Nullable AgentId agent, RequestHeaders headers,
		Tags tags, RunningCall running, BodyReader.Body body) {

	Caller caller() {
		return this.arrival.caller();
	}

	/** Gives the room of the request to others. */
	void letGo() {
		this.request.letGo();
		this.body.close();
	}

	/** What is asked of one target, as the books know it. */
	CallRequest at(Target target, ProviderAccess access, Exchanges.Said said) {
		Caller caller = caller();
		return new CallRequest(caller.userId(), caller.apiKeyId(), caller.keyType(), this.agent,
				this.headers.conversation(), target.provider().name(), this.request.model(), target.model(),
				this.wire.operation(), this.request.stream(), access.credential(), demand(target, said),
				this.tags.values(), this.headers.repeated());
	}

	private Demand demand(Target target, Exchanges.Said said) {
		Long imposed = said.exchange().imposedLimit();
		return new Demand(this.request.inputTokens() + said.carried().tokens(),
				(imposed != null) ? imposed : this.request.maxOutputTokens(), this.request.choices(),
				said.carried().with(this.request.attachments()), this.request.reach().in(target.provider().region()));
	}

}
