package dev.tallygate.gateway.completion;

import dev.tallygate.events.UserId;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.security.caller.Caller;

/**
 * A request under {@code /v1} of which no more is known than who makes it.
 *
 * @param path where it was sent, decoded
 * @param request holds its headers and its body, which nobody has read
 * @param response where the answer goes
 * @param caller who calls
 * @param token what the caller presented
 */
public record Arrival(String path, CallerRequest request, CallerResponse response, Caller caller, String token) {

	public UserId user() {
		return this.caller.userId();
	}

}
