package dev.tallygate.gateway.completion;

import dev.tallygate.events.CallId;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.provider.UpstreamRequest.Field;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers a provider gets: a few of the caller's, the credential and the call's id.
 * Nothing else of the caller's goes on, least of all what tells who it is.
 *
 * @param openAiBeta the caller's {@code OpenAI-Beta}; null when it has none that can be
 * sent
 */
record RequestHeaders(@Nullable String openAiBeta) {

	private static final Field JSON = new Field("Content-Type", "application/json");

	private static final Field ACCEPT = new Field("Accept", "application/json, text/event-stream");

	private static final Field PLAIN = new Field("Accept-Encoding", "identity");

	private static final Field AGENT = new Field("User-Agent", "Tallygate");

	static RequestHeaders of(HttpServletRequest request) {
		String beta = request.getHeader("OpenAI-Beta");
		return new RequestHeaders((beta != null && AnswerHeaders.isSafe(beta, Redaction.NONE)) ? beta : null);
	}

	List<Field> at(ProviderAccess access, CallId callId) {
		List<Field> fields = new ArrayList<>(7);
		fields.add(JSON);
		fields.add(ACCEPT);
		fields.add(PLAIN);
		fields.add(AGENT);
		fields.add(new Field("x-client-request-id", callId.toString()));
		if (access.key() != null) {
			fields.add(access.key().useText((key) -> new Field("Authorization", "Bearer " + key)));
		}
		if (this.openAiBeta != null) {
			fields.add(new Field("OpenAI-Beta", this.openAiBeta));
		}
		return fields;
	}

}
