package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;

/**
 * A message asked of one provider.
 *
 * @param body what is sent
 */
public record MessagesExchange(SplicedBody body) implements Exchange {

	@Override
	public String path() {
		return "/messages";
	}

	@Override
	public boolean sameWire() {
		return true;
	}

	@Override
	public StreamReader stream(Reading tools) {
		return new MessagesStream(tools);
	}

	@Override
	public WholeAnswer whole(byte[] bytes, int length, Reading tools) {
		DeliveredText delivered = new DeliveredText();
		AnthropicUsage usage = new AnthropicUsage(tools.usage());
		MessagesEvent answer = MessagesEvent.read(bytes, 0, length, usage, delivered);
		InBandError error = answer.error();
		return new WholeAnswer(bytes, length, usage.usage(), delivered, answer.readable(), error);
	}

}
