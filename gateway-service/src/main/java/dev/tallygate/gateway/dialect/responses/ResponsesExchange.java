package dev.tallygate.gateway.dialect.responses;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;
import java.util.List;

/**
 * A response asked of one provider.
 *
 * @param body what is sent
 * @param stored whether the provider keeps the answer
 * @param background whether the provider makes it whoever waits for it
 */
record ResponsesExchange(SplicedBody body, boolean stored, boolean background) implements Exchange {

	@Override
	public String path() {
		return "/responses";
	}

	@Override
	public boolean sameWire() {
		return true;
	}

	@Override
	public boolean outlivesCaller() {
		return this.background;
	}

	@Override
	public StreamReader stream(Reading tools) {
		return new ResponsesStream(tools, this.stored);
	}

	/** One that failed is told with a status, for clients take a 200 for an answer. */
	@Override
	public WholeAnswer whole(byte[] bytes, int length, Reading tools) {
		DeliveredText delivered = new DeliveredText();
		ResponsesEvent answer = ResponsesEvent.whole(bytes, length, delivered, tools);
		return new WholeAnswer(bytes, length, answer.usage(), delivered, answer.readable(), answer.error(),
				this.stored ? answer.id() : null, answer.isUnfinished(), List.copyOf(answer.items()));
	}

}
