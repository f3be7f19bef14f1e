package dev.tallygate.gateway.dialect.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Mark;
import dev.tallygate.pricing.wire.UsageContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * A message that the model declines before it says anything is free by the provider's
 * terms; one that it breaks off is charged as far as it got.
 */
class DeclinedMessageTests {

	private static final Instant AT = Instant.parse("2026-11-29T12:00:00Z");

	/** Nano-USD a token: 5 in, 25 out. */
	private static final PriceRow ROW = PriceRow.of("anthropic", "claude-opus-4-6", 5_000_000, 25_000_000, AT);

	private final Reading tools = new Reading("call", UsageContext.NONE);

	@Test
	void declinedBeforeTheFirstWordCostsNothing() {
		RatedUsage rated = ROW.rate(whole("refusal", 0), AT);
		// 400·5 were it not declined
		assertThat(Objects.requireNonNull(rated.cost()).value()).isZero();
		assertThat(rated.charges()).isEmpty();
		assertThat(rated.quantities()).containsEntry("input", 400L);
		assertThat(Objects.requireNonNull(rated.basis()).marks()).containsExactly("refused");
		assertThat(rated.unpricedMeters()).isEmpty();
	}

	@Test
	void declinedInTheMiddleCostsWhatWasSaid() {
		// 400·5 + 7·25
		assertThat(cost(whole("refusal", 7))).isEqualTo(2175);
	}

	@Test
	void nothingSaidForAnotherReasonCostsItsInput() {
		assertThat(cost(whole("end_turn", 0))).isEqualTo(2000);
		assertThat(cost(whole("refusals", 0))).isEqualTo(2000);
	}

	@Test
	void declinedInAStreamIsFreeToo() throws IOException {
		Usage usage = streamed("refusal", 0);
		assertThat(usage.marks()).containsExactly(Mark.REFUSED);
		assertThat(cost(usage)).isZero();
		assertThat(cost(streamed("refusal", 7))).isEqualTo(2175);
		assertThat(cost(streamed("end_turn", 7))).isEqualTo(2175);
	}

	private Usage whole(String reason, long output) {
		byte[] answer = """
				{"type": "message", "model": "claude-opus-4-6", "content": [], "stop_reason": "%s",
				 "usage": {"input_tokens": 400, "output_tokens": %d}}
				""".formatted(reason, output).getBytes(StandardCharsets.UTF_8);
		return Objects.requireNonNull(new MessagesExchange(new SplicedBody(new byte[0], 0, List.of()))
			.whole(answer, answer.length, this.tools)
			.usage());
	}

	private Usage streamed(String reason, long output) throws IOException {
		MessagesStream stream = new MessagesStream(this.tools);
		for (String event : new String[] {
				"{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":400,\"output_tokens\":1}}}",
				"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
						+ "\"},\"usage\":{\"output_tokens\":" + output + "}}",
				"{\"type\":\"message_stop\"}" }) {
			byte[] bytes = ("data: " + event + "\n\n").getBytes(StandardCharsets.UTF_8);
			stream.event(new ServerSentEvent(bytes, 0, bytes.length), (data, from, length) -> {
			});
		}
		return Objects.requireNonNull(stream.usage());
	}

	private static long cost(Usage usage) {
		return Objects.requireNonNull(ROW.rate(usage, AT).cost()).value();
	}

}
