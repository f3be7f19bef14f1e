package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireRequest;
import java.util.Set;

/**
 * Chat completions.
 */
public final class ChatWire implements Wire {

	@Override
	public Operation operation() {
		return Operation.CHAT;
	}

	@Override
	public WireRequest read(byte[] body, int length, RequestLimits limits)
			throws MalformedJsonException, InvalidRequestException {
		return ChatRequest.scan(body, length, limits);
	}

	@Override
	public Set<String> passedHeaders() {
		return Set.of("OpenAI-Beta");
	}

	@Override
	public Envelope envelope() {
		return OpenAiEnvelope.INSTANCE;
	}

}
