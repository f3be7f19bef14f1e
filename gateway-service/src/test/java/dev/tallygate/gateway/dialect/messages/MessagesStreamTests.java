package dev.tallygate.gateway.dialect.messages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.dialect.AnswerStream;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.UsageContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What the events of a streamed message with searches tell the books, up to where it
 * breaks off.
 */
class MessagesStreamTests {

	private static final String SEARCHED = """
			data: {"type":"message_start","message":{"model":"claude-opus-4-6","content":[],"usage":{"input_tokens":400,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1,"service_tier":"priority"}}}

			data: {"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

			data: {"type":"content_block_start","index":1,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[{"type":"web_search_result","title":"t","url":"u","encrypted_content":"e"}]}}

			data: {"type":"content_block_start","index":2,"content_block":{"type":"server_tool_use","id":"srvtoolu_2","name":"web_search","input":{}}}

			data: {"type":"content_block_start","index":3,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_2","content":{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}}}

			data: {"type":"content_block_start","index":4,"content_block":{"type":"text","text":""}}

			data: {"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"Found."}}

			""";

	private static final String END = """
			data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":900,"output_tokens":80,"server_tool_use":{"web_search_requests":1}}}

			data: {"type":"message_stop"}

			""";

	@Test
	void chargesTheSearchesOfAMessageThatBreaksOff() throws IOException {
		Usage cut = usage(SEARCHED);

		assertThat(cut.quantities().get(Meter.WEB_SEARCH)).isOne();
		assertThat(cut.outputTokens()).isNull();
		assertThat(cut.served().serviceTier()).isEqualTo("priority");
	}

	@Test
	void chargesThemOnceWhenTheEndCountsThem() throws IOException {
		assertThat(usage(SEARCHED + END).quantities()).isEqualTo(Quantities.builder()
			.add(Meter.INPUT, 900)
			.add(Meter.CACHE_READ, 0)
			.add(Meter.CACHE_WRITE_5M, 0)
			.add(Meter.OUTPUT, 80)
			.add(Meter.WEB_SEARCH, 1)
			.build());
	}

	private static Usage usage(String stream) throws IOException {
		MessagesStream reader = new MessagesStream(new Reading("call", UsageContext.NONE));
		AnswerStream answer = new AnswerStream(reader, Redaction.NONE, 100_000);
		byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
		answer.feed(bytes, 0, bytes.length, (ignored, from, length) -> {
		});
		return Objects.requireNonNull(reader.usage());
	}

}
