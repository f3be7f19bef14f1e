package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request in the words of a provider of another wire. What is sent and what the books
 * read is that wire's own exchange; what the caller gets is translated.
 *
 * @param provider the exchange of the provider's wire
 * @param request the request as it was carried over
 * @param inputEstimate about how many tokens go in
 */
record CrossedExchange(Exchange provider, CrossedRequest request, long inputEstimate) implements Exchange {

	@Override
	public String path() {
		return this.provider.path();
	}

	@Override
	public SplicedBody body() {
		return this.provider.body();
	}

	@Override
	public boolean sameWire() {
		return false;
	}

	@Override
	public List<String> leftOut() {
		return this.request.leftOut();
	}

	@Override
	public @Nullable Long imposedLimit() {
		return this.request.imposedLimit();
	}

	@Override
	public StreamReader stream(Reading tools) {
		return new CrossedReader(this.provider.stream(tools), this.request.stream(this.inputEstimate, tools.room()));
	}

	@Override
	public WholeAnswer whole(byte[] body, int length, Reading tools) {
		WholeAnswer answer = this.provider.whole(Arrays.copyOf(body, length), length, tools);
		if (answer.failure() != null || !answer.readable()) {
			return answer;
		}
		try {
			byte[] translated = this.request.whole(body, 0, length, this.inputEstimate);
			return new WholeAnswer(translated, translated.length, answer.usage(), answer.delivered(), true, null);
		}
		catch (UnreadableAnswerException ex) {
			return new WholeAnswer(body, length, answer.usage(), answer.delivered(), false, null);
		}
	}

}
