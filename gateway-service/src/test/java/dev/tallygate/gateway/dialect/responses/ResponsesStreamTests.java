package dev.tallygate.gateway.dialect.responses;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the events of a streamed response tell the books, up to where it breaks off.
 */
class ResponsesStreamTests {

	private static final String CREATED = """
			data: {"type":"response.created","response":{"id":"resp_1","status":"in_progress","error":null,
			data: "model":"gpt-5.4-2026","service_tier":"priority","output":[],"usage":null}}

			""";

	private static final String SEARCHED = """
			data: {"type":"response.output_item.added","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"in_progress"}}

			data: {"type":"response.output_item.done","output_index":0,"item":{"id":"ws_1","type":"web_search_call","status":"completed","action":{"type":"search","query":"q"}}}

			data: {"type":"response.output_item.done","output_index":1,"item":{"id":"ws_2","type":"web_search_call","status":"completed","action":{"type":"open_page","url":"u"}}}

			data: {"type":"response.output_item.done","output_index":2,"item":{"id":"fs_1","type":"file_search_call","status":"completed"}}

			data: {"type":"response.output_item.done","output_index":3,"item":{"id":"ci_1","type":"code_interpreter_call","container_id":"cntr_1","status":"completed"}}

			""";

	@Test
	void saysWhatServesBeforeAnyUsageIsTold() throws IOException {
		Usage cut = usage(CREATED);

		assertThat(cut.isEmpty()).isTrue();
		assertThat(cut.served().serviceTier()).isEqualTo("priority");
		assertThat(cut.served().model()).isEqualTo("gpt-5.4-2026");
	}

	@Test
	void countsTheToolsThatRanWhereNoUsageIsTold() throws IOException {
		Usage cut = usage(CREATED + SEARCHED);

		assertThat(cut.quantities()).isEqualTo(Quantities.builder()
			.add(Meter.WEB_SEARCH, 1)
			.add(Meter.FILE_SEARCH, 1)
			.add(Meter.CODE_SESSION, 1)
			.build());
		assertThat(cut.inputTokens()).isNull();
		assertThat(cut.outputTokens()).isNull();
		assertThat(cut.served().serviceTier()).isEqualTo("priority");
	}

	/** The last event tells all of it, what it was charged at included. */
	@ParameterizedTest
	@ValueSource(strings = { "completed", "incomplete", "failed" })
	void theLastEventCountsAlone(String how) throws IOException {
		String last = """
				data: {"type":"response.%1$s","response":{"id":"resp_1","status":"%1$s","model":"gpt-5.4-2026",
				data: "service_tier":"default","output":[{"id":"ws_1","type":"web_search_call","action":{"type":"search"}}],
				data: "usage":{"input_tokens":8,"output_tokens":5,"total_tokens":13}}}

				"""
			.formatted(how);

		Usage usage = usage(CREATED + SEARCHED + last);

		assertThat(usage.quantities())
			.isEqualTo(Quantities.builder().add(Meter.INPUT, 8).add(Meter.OUTPUT, 5).add(Meter.WEB_SEARCH, 1).build());
		assertThat(usage.served().serviceTier()).isNull();
	}

	private static Usage usage(String stream) throws IOException {
		ResponsesStream reader = new ResponsesStream(new Reading("call", UsageContext.NONE), true);
		AnswerStream answer = new AnswerStream(reader, Redaction.NONE, 100_000);
		byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
		answer.feed(bytes, 0, bytes.length, (ignored, from, length) -> {
		});
		return Objects.requireNonNull(reader.usage());
	}

}
