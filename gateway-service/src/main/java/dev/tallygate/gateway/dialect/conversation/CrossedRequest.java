package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.EventStreamSplitter.Room;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request in the provider's words, and what its answer must look like. It lives as long
 * as the answer takes, and keeps nothing of the conversation, which may be large.
 */
final class CrossedRequest {

	private static final byte[] NOTHING = {};

	private final Crossing crossing;

	private byte[] body;

	private final List<String> leftOut;

	private final boolean limited;

	private final boolean usageAsked;

	/** By the names the model calls them by. */
	private final Map<String, Tool> tools;

	private final String model;

	/** What the answer repeats of it. */

	private final ObjectNode request;

	private final long created = System.currentTimeMillis() / 1000;

	CrossedRequest(Crossing crossing, byte[] body, List<String> leftOut, Conversation conversation, String model,
			ObjectNode request) {
		this.crossing = crossing;
		this.body = body;
		this.leftOut = leftOut;
		this.limited = conversation.maxTokens() != null;
		this.usageAsked = conversation.usageAsked();
		this.tools = conversation.tools().named();
		this.model = model;
		this.request = crossing.kept(request);
	}

	/** The request as the provider gets it, UTF-8. */
	byte[] body() {
		return this.body;
	}

	/** Keeps the request no longer: somebody else does who sends it. */
	void letGo() {
		this.body = NOTHING;
	}

	/** The hints the provider does not get, by the names they are documented under. */
	List<String> leftOut() {
		return this.leftOut;
	}

	/** The limit of the answer that nobody asked for; null when there is none. */
	@Nullable Long imposedLimit() {
		return this.limited ? null : this.crossing.imposedLimit();
	}

	/**
	 * Carries a whole answer back.
	 * @param answer holds the provider's bytes
	 * @param from the first of them
	 * @param length how many
	 * @param inputEstimate about how many tokens went in, for when the provider does not
	 * say
	 * @throws UnreadableAnswerException when it is no answer of the provider's wire
	 */
	byte[] whole(byte[] answer, int from, int length, long inputEstimate) throws UnreadableAnswerException {
		return this.crossing.answer(answer, from, length, setting(inputEstimate));
	}

	/** Carries a streamed answer back. */
	CrossedStream stream(long inputEstimate, Room room) {
		return this.crossing.stream(setting(inputEstimate), new Keeping(room));
	}

	private AnswerSetting setting(long inputEstimate) {
		return new AnswerSetting(this.model, this.created, inputEstimate, this.usageAsked, this.tools, this.request);
	}

}
