package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;

/**
 * A chat completion asked of one provider.
 *
 * @param body what is sent
 * @param withhold whether the usage that will be told was asked for by nobody but us
 * @param choices how many choices were asked for
 */
record ChatExchange(SplicedBody body, boolean withhold, int choices) implements Exchange {

	@Override
	public String path() {
		return "/chat/completions";
	}

	@Override
	public boolean sameWire() {
		return true;
	}

	@Override
	public StreamReader stream(Reading tools) {
		return new ChatStream(this.withhold, this.choices, tools.usage());
	}

	@Override
	public WholeAnswer whole(byte[] bytes, int length, Reading tools) {
		return ChatAnswers.whole(bytes, length, tools);
	}

}
