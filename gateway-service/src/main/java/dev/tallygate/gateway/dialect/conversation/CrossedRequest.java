package dev.tallygate.gateway.dialect.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request in the provider's words, and what its answer must look like.
 */
final class CrossedRequest {

	private final Crossing crossing;

	private final byte[] body;

	private final List<String> leftOut;

	private final Conversation conversation;

	private final String model;

	private final ObjectNode request;

	private final long created = System.currentTimeMillis() / 1000;

	CrossedRequest(Crossing crossing, byte[] body, List<String> leftOut, Conversation conversation, String model,
			ObjectNode request) {
		this.crossing = crossing;
		this.body = body;
		this.leftOut = leftOut;
		this.conversation = conversation;
		this.model = model;
		this.request = keptForTheAnswer(request);
	}

	/** Without the conversation, which no answer repeats. */
	private static ObjectNode keptForTheAnswer(ObjectNode request) {
		request.remove(List.of("messages", "input", "system"));
		return request;
	}

	/** The request as the provider gets it, UTF-8. */
	byte[] body() {
		return this.body;
	}

	/** The hints the provider does not get, by the names they are documented under. */
	List<String> leftOut() {
		return this.leftOut;
	}

	/** The limit of the answer that nobody asked for; null when there is none. */
	@Nullable Long imposedLimit() {
		return (this.conversation.maxTokens() == null) ? this.crossing.imposedLimit() : null;
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
	CrossedStream stream(long inputEstimate) {
		return this.crossing.stream(setting(inputEstimate));
	}

	private AnswerSetting setting(long inputEstimate) {
		return new AnswerSetting(this.model, this.created, inputEstimate, this.conversation.usageAsked(),
				this.conversation.tools().byName(), this.request);
	}

}
