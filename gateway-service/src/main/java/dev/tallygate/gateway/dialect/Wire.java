package dev.tallygate.gateway.dialect;

import dev.tallygate.events.UsageSettled.Operation;
import java.util.Set;

/**
 * One way to talk to the gateway: chat completions, messages, responses or embeddings.
 * Whoever resolves, admits, calls and settles knows this and nothing of the wire itself.
 */
public interface Wire {

	/** What the books call it. */
	Operation operation();

	/**
	 * Reads what a request asks.
	 * @param body holds its bytes, from 0
	 * @param length how many
	 * @throws MalformedJsonException when it is no JSON text within the limits
	 * @throws InvalidRequestException when it is no request of this wire
	 */
	WireRequest read(byte[] body, int length, RequestLimits limits)
			throws MalformedJsonException, InvalidRequestException;

	/** Headers of the caller's that a provider of the same wire gets. */
	Set<String> passedHeaders();

	/** The member of a request that limits what is answered. */
	default String outputLimit() {
		return "max_tokens";
	}

	/** How it says that something went wrong. */
	Envelope envelope();

}
