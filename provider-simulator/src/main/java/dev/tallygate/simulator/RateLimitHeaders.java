package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Call;
import io.netty.handler.codec.http.HttpHeaders;

/**
 * What a provider says of its own limits, when told to.
 */
final class RateLimitHeaders {

	private RateLimitHeaders() {
	}

	static void add(HttpHeaders headers, Call call) {
		if (call.directives().value("ratelimit") == null) {
			return;
		}
		if (call.operation().equals("messages")) {
			headers.set("anthropic-ratelimit-requests-limit", "50")
				.set("anthropic-ratelimit-requests-remaining", "49")
				.set("anthropic-ratelimit-requests-reset", "2026-12-01T00:00:00Z");
		}
		else {
			headers.set("x-ratelimit-limit-requests", "500")
				.set("x-ratelimit-remaining-requests", "499")
				.set("x-ratelimit-reset-requests", "120ms");
		}
	}

}
