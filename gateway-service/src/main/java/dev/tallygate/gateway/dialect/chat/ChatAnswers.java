package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;
import dev.tallygate.pricing.Usage;

/**
 * Reads what providers answer on the chat wire, for whoever asked for it.
 */
public final class ChatAnswers {

	private ChatAnswers() {
	}

	/** A whole completion. */
	public static WholeAnswer whole(byte[] bytes, int length, Reading tools) {
		DeliveredText delivered = new DeliveredText();
		ChatChunk answer = ChatChunk.read(bytes, 0, length, delivered, tools.usage());
		Usage told = (answer.usage() != null) ? answer.usage() : answer.timed();
		return new WholeAnswer(bytes, length, ChatUsage.withSearch(answer.served().ofPerhaps(told), answer.citing()),
				delivered, answer.readable(), answer.hasChoices() ? null : answer.error());
	}

	/** A streamed completion of one choice, all of which passes. */
	public static StreamReader stream(Reading tools) {
		return new ChatStream(false, 1, tools.usage());
	}

}
