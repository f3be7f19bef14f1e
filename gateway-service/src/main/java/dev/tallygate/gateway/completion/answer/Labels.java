package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.CallId;
import dev.tallygate.events.Credential;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.gateway.routing.Target;
import java.util.Locale;

/**
 * What the headers of every relayed call tell.
 *
 * @param callId the call
 * @param target where it went
 * @param credential whose key was used
 */
public record Labels(CallId callId, Target target, Credential credential) {

	/** What the call cost, in nano-USD, where that is known in time. */
	public static final String COST = "x-tallygate-cost-nanos";

	public void writeTo(CallerResponse response, Wire wire) {
		String id = this.callId.toString();
		wire.envelope().idHeaders().forEach((name) -> response.header(name, id));
		response.header("x-tallygate-call-id", id);
		response.header("x-tallygate-model", this.target.name());
		response.header("x-tallygate-credential", nameOf(this.credential));
	}

	private static String nameOf(Credential credential) {
		return switch (credential) {
			case USER -> "user";
			case SYSTEM -> "system";
			case NONE -> "none";
		};
	}

	@Override
	public String toString() {
		return this.callId + " " + this.target.name() + " " + this.credential.name().toLowerCase(Locale.ROOT);
	}

}
