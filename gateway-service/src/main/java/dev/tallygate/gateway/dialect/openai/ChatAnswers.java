package dev.tallygate.gateway.dialect.openai;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;

/**
 * Reads what providers answer on the chat wire, for whoever asked for it.
 */
public final class ChatAnswers {

	private ChatAnswers() {
	}

	/** A whole completion. */
	public static WholeAnswer whole(byte[] bytes, int length, Reading tools) {
		DeliveredText delivered = new DeliveredText();
		ChatChunk answer = ChatChunk.read(bytes, 0, length, delivered, tools.tokenizer());
		return new WholeAnswer(bytes, length, answer.usage(), delivered, answer.readable(),
				answer.hasChoices() ? null : answer.error());
	}

	/** A streamed completion of one choice, all of which passes. */
	public static StreamReader stream(Reading tools) {
		return new ChatStream(false, 1, tools.tokenizer());
	}

}
