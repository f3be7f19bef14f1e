package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireRequest;
import java.util.Set;

/**
 * Anthropic's messages.
 */
public final class MessagesWire implements Wire {

	@Override
	public Operation operation() {
		return Operation.MESSAGES;
	}

	@Override
	public WireRequest read(byte[] body, int length, RequestLimits limits)
			throws MalformedJsonException, InvalidRequestException {
		MessagesRequestScan scan = new MessagesRequestScan(body, length, limits);
		scan.run();
		return new MessagesRequest(body, length, scan);
	}

	@Override
	public Set<String> passedHeaders() {
		return Set.of("anthropic-version", "anthropic-beta");
	}

	@Override
	public Envelope envelope() {
		return AnthropicEnvelope.INSTANCE;
	}

}
