package dev.tallygate.gateway.dialect.responses;

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
 * OpenAI's responses.
 */
public final class ResponsesWire implements Wire {

	@Override
	public Operation operation() {
		return Operation.RESPONSES;
	}

	@Override
	public WireRequest read(byte[] body, int length, RequestLimits limits)
			throws MalformedJsonException, InvalidRequestException {
		ResponsesRequestScan scan = new ResponsesRequestScan(body, length, limits);
		scan.run();
		return new ResponsesRequest(body, length, scan);
	}

	@Override
	public Set<String> passedHeaders() {
		return Set.of("OpenAI-Beta");
	}

	@Override
	public String outputLimit() {
		return "max_output_tokens";
	}

	@Override
	public Envelope envelope() {
		return OpenAiEnvelope.INSTANCE;
	}

}
