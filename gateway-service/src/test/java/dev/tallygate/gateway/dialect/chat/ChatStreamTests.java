package dev.tallygate.gateway.dialect.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.gateway.dialect.AnswerStream;
import dev.tallygate.gateway.dialect.EventTooLargeException;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Usage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import dev.tallygate.pricing.wire.UsageContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatStreamTests {

	private static final String ASKED = """
			: welcome

			data: {"id":"1","choices":[{"index":0,"delta":{"content":"a\u00e9\\n"},"finish_reason":null}],"usage":null}

			event: x
			data: {"usage":null,"choices":[{"delta":{"content":" ~b"}}]}

			data: { "usage" : null }

			data: not json

			data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage": null ,"z":1}

			data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}}

			data: [DONE]

			"""
		.replace("~", "\u2028");

	private static final String NOT_ASKED = """
			: welcome

			data: {"id":"1","choices":[{"index":0,"delta":{"content":"a\u00e9\\n"},"finish_reason":null}]}

			event: x
			data: {"choices":[{"delta":{"content":" ~b"}}]}

			data: {  }

			data: not json

			data: {"choices":[{"delta":{},"finish_reason":"stop"}] ,"z":1}

			data: [DONE]

			""".replace("~", "\u2028");

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r\n", "\r" })
	void isTheSameWhereverTheBytesAreCut(String lineEnd) throws IOException {
		byte[] stream = ASKED.replace("\n", lineEnd).getBytes(StandardCharsets.UTF_8);
		for (int cut = 0; cut <= stream.length; cut++) {
			Relayed passed = relay(false, stream, cut);
			assertThat(passed.text).as("cut at %d", cut).isEqualTo(ASKED.replace("\n", lineEnd));
			Relayed withheld = relay(true, stream, cut);
			assertThat(withheld.text).as("cut at %d", cut).isEqualTo(NOT_ASKED.replace("\n", lineEnd));
			assertThat(withheld.stream.usage()).isEqualTo(Usage
				.of(Quantities.builder().add(Meter.INPUT, 2).add(Meter.CACHE_READ, 1).add(Meter.OUTPUT, 2).build()));
			assertThat(withheld.stream.finished()).isTrue();
		}
	}

	@Test
	void isTheSameInPiecesOfAnySize() throws IOException {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		byte[] stream = ASKED.getBytes(StandardCharsets.UTF_8);
		for (int round = 0; round < 500; round++) {
			AnswerStream chat = new AnswerStream(new ChatStream(true, 1, UsageContext.NONE), Redaction.NONE, 4096);
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			int at = 0;
			while (at < stream.length) {
				int length = Math.min(random.nextInt(1, 60), stream.length - at);
				chat.feed(stream.clone(), at, length, out::write);
				at += length;
			}
			chat.end(out::write);
			assertThat(out.toString(StandardCharsets.UTF_8)).as("seed %d", seed).isEqualTo(NOT_ASKED);
		}
	}

	@Test
	void anEventMayBeAsLongAsAWholeAnswer() throws IOException {
		String picture = "A".repeat(5 * 1024 * 1024);
		byte[] stream = ("data: {\"choices\":[{\"delta\":{\"images\":[{\"image_url\":{\"url\":\"data:image/png;base64,"
				+ picture
				+ "\"}}]},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1290}}\n\ndata: [DONE]\n\n")
			.getBytes(StandardCharsets.UTF_8);
		ChatStream reader = new ChatStream(false, 1, UsageContext.NONE);
		AnswerStream chat = new AnswerStream(reader, Redaction.NONE, 32 * 1024 * 1024);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		for (int from = 0; from < stream.length; from += 8192) {
			chat.feed(stream, from, Math.min(8192, stream.length - from), out::write);
		}
		assertThat(out.toByteArray()).isEqualTo(stream);
		assertThat(Objects.requireNonNull(reader.usage()).outputTokens()).isEqualTo(1290);
	}

	@Test
	void anEventWithoutAnEndIsNotKept() {
		AnswerStream chat = new AnswerStream(new ChatStream(true, 1, UsageContext.NONE), Redaction.NONE, 1000);
		byte[] line = "data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx".getBytes(StandardCharsets.UTF_8);

		assertThatExceptionOfType(EventTooLargeException.class).isThrownBy(() -> {
			for (int i = 0; i < 100; i++) {
				chat.feed(line, 0, line.length, (bytes, from, length) -> {
				});
			}
		});
	}

	@Test
	void aUsageBesideAnAnswerStaysWithIt() throws IOException {
		String event = "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}],\"usage\":{\"prompt_tokens\":3,"
				+ "\"completion_tokens\":2}}\n\n";

		Relayed relayed = relay(true, event.getBytes(StandardCharsets.UTF_8), 0);

		assertThat(relayed.text).isEqualTo(event);
		assertThat(relayed.stream.usage()).isEqualTo(Usage.of(3L, 2L));
	}

	@Test
	void timingsCountUntilTheUsageComes() throws IOException {
		String cut = """
				data: {"choices":[{"delta":{"content":"x"}}],"timings":{"cache_n":5,"prompt_n":3,"predicted_n":1}}

				data: {"choices":[{"delta":{"content":"y"}}],"timings":{"cache_n":5,"prompt_n":3,"predicted_n":2}}

				""";
		String whole = cut
				+ """
						data: {"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":4},"timings":{"prompt_n":3,"predicted_n":9}}

						""";

		assertThat(relay(false, cut.getBytes(StandardCharsets.UTF_8), 0).stream.usage()).isEqualTo(Usage
			.of(Quantities.builder().add(Meter.INPUT, 3).add(Meter.CACHE_READ, 5).add(Meter.OUTPUT, 2).build()));
		assertThat(relay(false, whole.getBytes(StandardCharsets.UTF_8), 0).stream.usage()).isEqualTo(Usage.of(8L, 4L));
	}

	@Test
	void theUsagesOfTwoChoicesAreOnePromptAndBothAnswers() throws IOException {
		String told = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":%d}}\n\n";
		ChatStream two = new ChatStream(false, 2, UsageContext.NONE);
		AnswerStream chat = new AnswerStream(two, Redaction.NONE, 4096);
		for (String event : new String[] { told.formatted(4), told.formatted(9) }) {
			byte[] bytes = event.getBytes(StandardCharsets.UTF_8);
			chat.feed(bytes, 0, bytes.length, (ignored, from, length) -> {
			});
		}

		assertThat(two.usage()).isEqualTo(Usage.of(7L, 13L).marked(Usage.Mark.SEVERAL));
		// of one choice a later usage is the same one grown
		Relayed one = relay(false, (told.formatted(4) + told.formatted(9)).getBytes(StandardCharsets.UTF_8), 0);
		assertThat(one.stream.usage()).isEqualTo(Usage.of(7L, 9L));
	}

	/** Whoever leaves in the middle is charged at the prices of what served. */
	@Test
	void saysWhatServesBeforeAnyUsageIsTold() throws IOException {
		String event = "data: {\"model\":\"m-2026\",\"service_tier\":\"priority\",\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n";

		Usage cut = Objects.requireNonNull(relay(false, event.getBytes(StandardCharsets.UTF_8), 0).stream.usage());

		assertThat(cut.isEmpty()).isTrue();
		assertThat(cut.served().serviceTier()).isEqualTo("priority");
		assertThat(cut.served().model()).isEqualTo("m-2026");
		assertThat(cut.completedBy(3L, 1L).served()).isEqualTo(cut.served());
	}

	@Test
	void remembersWhatServedWhereTheUsageDoesNotSay() throws IOException {
		String stream = """
				data: {"model":"","choices":[],"prompt_filter_results":[]}

				data: {"model":"m-2026","service_tier":"flex","choices":[{"delta":{"content":"x"}}]}

				data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

				""";

		Usage usage = Objects.requireNonNull(relay(true, stream.getBytes(StandardCharsets.UTF_8), 0).stream.usage());

		assertThat(usage.outputTokens()).isEqualTo(2);
		assertThat(usage.served().serviceTier()).isEqualTo("flex");
		assertThat(usage.served().model()).isEqualTo("m-2026");
	}

	/** OpenAI's search models search for every answer, and no usage of theirs says so. */
	@Test
	void anAnswerThatCitesTheWebTookASearch() throws IOException {
		String stream = """
				data: {"choices":[{"delta":{"content":"x","annotations":[{"type":"url_citation","url_citation":{"url":"u","title":"t"}}]}}]}

				data: {"choices":[{"delta":{"annotations":[{"type":"url_citation","url_citation":{"url":"v","title":"t"}}]}}]}

				""";
		String told = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2%s}}\n\n";

		assertThat(searches(stream + told.formatted(""))).isOne();
		assertThat(searches(stream + told.formatted(",\"num_search_queries\":4"))).as("where they are counted")
			.isEqualTo(4);
		assertThat(searches(stream)).as("where it breaks off").isOne();
		assertThat(searches(told.formatted(""))).isZero();
		byte[] whole = """
				{"choices":[{"message":{"content":"x","annotations":[{"type":"url_citation","url_citation":{"url":"u"}}]}}],
				 "usage":{"prompt_tokens":3,"completion_tokens":2}}
				"""
			.getBytes(StandardCharsets.UTF_8);
		assertThat(Objects
			.requireNonNull(ChatAnswers.whole(whole, whole.length, new Reading("call", UsageContext.NONE)).usage())
			.quantities()
			.get(Meter.WEB_SEARCH)).isOne();
	}

	private static long searches(String stream) throws IOException {
		Usage usage = relay(true, stream.getBytes(StandardCharsets.UTF_8), 0).stream.usage();
		return (usage != null) ? usage.quantities().get(Meter.WEB_SEARCH) : 0;
	}

	@Test
	void theKeyIsBlankedInEveryEvent() throws IOException {
		byte[] stream = "data: {\"choices\":[{\"delta\":{\"content\":\"sk-secret-123\"}}]}\n\n: sk-secret-123\n\n"
			.getBytes(StandardCharsets.UTF_8);
		AnswerStream chat = new AnswerStream(new ChatStream(false, 1, UsageContext.NONE),
				Redaction.of("sk-secret-123".getBytes(StandardCharsets.UTF_8)), 1000);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		chat.feed(stream, 0, stream.length, out::write);

		assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("secret").contains("\"*************\"");
	}

	@Test
	void countsTheTextThatWasDelivered() throws IOException {
		Relayed relayed = relay(true, ASKED.getBytes(StandardCharsets.UTF_8), 0);

		assertThat(relayed.stream.delivered().tokens(String::length)).isEqualTo("a\u00e9\n \u2028b".length());
		assertThat(relayed.stream.delivered().roughTokens()).isEqualTo(2);
	}

	private static Relayed relay(boolean withhold, byte[] stream, int cut) throws IOException {
		ChatStream reader = new ChatStream(withhold, 1, UsageContext.NONE);
		AnswerStream chat = new AnswerStream(reader, Redaction.NONE, 4096);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		chat.feed(stream.clone(), 0, cut, out::write);
		chat.feed(stream.clone(), cut, stream.length - cut, out::write);
		chat.end(out::write);
		return new Relayed(reader, out.toString(StandardCharsets.UTF_8));
	}

	private record Relayed(ChatStream stream, String text) {

	}

}
