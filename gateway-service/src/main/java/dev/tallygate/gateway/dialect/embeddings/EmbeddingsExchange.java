package dev.tallygate.gateway.dialect.embeddings;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;
import dev.tallygate.gateway.dialect.chat.ChatAnswers;

/**
 * Embeddings asked of one provider.
 *
 * @param body what is sent
 */
record EmbeddingsExchange(SplicedBody body) implements Exchange {

	@Override
	public String path() {
		return "/embeddings";
	}

	@Override
	public boolean sameWire() {
		return true;
	}

	/** Should a provider stream all the same, its events pass and are looked at. */
	@Override
	public StreamReader stream(Reading tools) {
		return ChatAnswers.stream(tools);
	}

	/** The usage looks as in chat completions; vectors are no text. */
	@Override
	public WholeAnswer whole(byte[] bytes, int length, Reading tools) {
		WholeAnswer answer = ChatAnswers.whole(bytes, length, tools);
		return new WholeAnswer(bytes, length, answer.usage(), new DeliveredText(), answer.readable(), answer.failure());
	}

}
