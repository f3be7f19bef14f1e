package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever a provider answers, on every road: the caller gets it, or an error of its
 * wire, and the books get one sane settlement.
 */
class HostileAnswersTests {

	private static final JsonMapper JSON = JsonMapper.shared();

	private static final String STREAM = ",\"stream\":true";

	/** What may be in buffers when an endless answer is given up. */
	private static final long BUFFERS = 64L << 20;

	/** The most that a usage is believed to say. */
	private static final long MOST = 1_000_000_000L;

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	// Answers without an end.

	@ParameterizedTest
	@EnumSource
	void anEventOfAGibibyteIsNoAnswer(Road road) throws Exception {
		try (EndlessProvider provider = new EndlessProvider("text/event-stream", "data: {\"x\":\"")) {
			road.leadTo(gateway, provider.url());

			HttpResponse<String> answer = gateway.post(road.path, road.ask("one", STREAM));

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
			assertThat(answer.body()).contains("\"provider_error\"", "the most that can be passed on");
			assertThat(provider.sent()).isLessThan(BUFFERS);
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.FAILED);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anEventOfAGibibyteEndsAStream(Road road) throws Exception {
		try (EndlessProvider provider = new EndlessProvider("text/event-stream", road.begin() + "data: {\"x\":\"")) {
			road.leadTo(gateway, provider.url());

			RawAnswer seen = RawAnswer.post(gateway, road.path, road.ask("one", STREAM));

			assertThat(seen.last()).startsWith(road.error()).contains("the most that can be passed on");
			assertThat(seen.body()).doesNotContain(road.done());
			assertThat(provider.sent()).isLessThan(BUFFERS);
			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.outputTokens()).as("one two").isBetween(1L, 10L);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aWholeAnswerOfAGibibyteIsNone(Road road) throws Exception {
		try (EndlessProvider provider = new EndlessProvider("application/json", "{\"x\":\"")) {
			road.leadTo(gateway, provider.url());

			HttpResponse<String> answer = gateway.post(road.path, road.ask("one", ""));

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
			assertThat(answer.body()).contains("\"provider_error\"");
			assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
			assertThat(provider.sent()).isLessThan(BUFFERS);
		}
	}

	// Usage that is none.

	private static final List<String> COUNTS = List.of("-5", "-0", "NaN", "-Infinity", "\"many\"", "\"3\"", "1e400",
			"-1e400", "1.5", "99999999999999999999999999", "9223372036854775807", "2000000000000", "[]", "{}", "null",
			"true");

	static Stream<Arguments> usages() {
		return Stream.of(Road.values()).flatMap((road) -> COUNTS.stream().map((count) -> Arguments.of(road, count)));
	}

	@ParameterizedTest
	@MethodSource("usages")
	void noUsageIsTooAbsurdForTheBooks(Road road, String count) throws Exception {
		String usage = road.usage(count, count);
		RawAnswer whole = answered(road, road.whole("\"one two\"", usage), "");
		assertSane(gateway.calls.theOne());
		if (whole.status() == 200) {
			assertThat(counts(JSON.readTree(whole.body()).path("usage"))).as(whole.body())
				.allMatch((told) -> !road.crossed() || (told >= 0 && told <= 3 * MOST));
		}
		else {
			assertThat(whole.status()).as(whole.body()).isEqualTo(502);
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.INTERRUPTED);
		}

		gateway.calls.clear();
		RawAnswer streamed = answered(road, road.begin() + road.end(usage), STREAM);
		assertThat(streamed.status()).as(streamed.body()).isEqualTo(200);
		assertSane(gateway.calls.theOne());
		assertEnds(road, streamed);
		if (count.equals("2000000000000")) {
			assertThat(gateway.calls.theOne().usageSource()).isEqualTo(UsageSource.PROVIDER);
			assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(MOST);
		}
	}

	/** A caller of the same wire sees the provider's own end, whatever comes after. */
	private static void assertEnds(Road road, RawAnswer streamed) {
		boolean failed = streamed.last().startsWith(road.error());
		assertThat(failed || streamed.body().contains(road.done())).as(streamed.body()).isTrue();
		assertThat(failed && road.crossed() && streamed.body().contains(road.done())).isFalse();
		assertThat(streamed.ended()).isEqualTo(!failed || road.caller != Operation.CHAT);
	}

	private static void assertSane(UsageSettled settled) {
		assertThat(settled.status()).isIn(Status.COMPLETED, Status.INTERRUPTED);
		assertThat(settled.inputTokens()).isBetween(0L, MOST);
		assertThat(settled.outputTokens()).isBetween(0L, MOST);
		NanoUsd cost = settled.costNanos();
		if (cost != null) {
			assertThat(cost).isGreaterThanOrEqualTo(NanoUsd.ZERO);
		}
	}

	private static List<Long> counts(JsonNode usage) {
		List<Long> counts = new ArrayList<>();
		usage.forEach((each) -> {
			if (each.isIntegralNumber()) {
				counts.add(each.bigIntegerValue().longValue());
			}
			counts.addAll(counts(each));
		});
		return counts;
	}

	// Answers that nest.

	static Stream<Arguments> depths() {
		return Stream.of(Road.values())
			.flatMap((road) -> Stream.of(300, 9_000, 20_000).map((depth) -> Arguments.of(road, depth)));
	}

	@ParameterizedTest
	@MethodSource("depths")
	void anAnswerMayNestAsItLikes(Road road, int depth) throws Exception {
		String deep = "[".repeat(depth) + ']' + "]".repeat(depth - 1);
		String usage = road.usage("3", "4");
		RawAnswer whole = answered(road, road.whole(deep, usage), "");
		assertThat(whole.status()).as("%s", road).isIn(200, 502);
		if (road.crossed()) {
			assertThat(whole.status()).isEqualTo(502);
		}
		assertSane(gateway.calls.theOne());

		gateway.calls.clear();
		String event = switch (road.callee) {
			case CHAT -> Road.data("{\"choices\":[{\"index\":0,\"delta\":{\"content\":" + deep + "}}]}");
			case MESSAGES -> Road.named("content_block_start",
					"\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":" + deep
							+ '}');
			case RESPONSES, EMBEDDINGS ->
				Road.named("response.output_text.delta", "\"sequence_number\":2,\"delta\":" + deep);
		};
		RawAnswer streamed = answered(road, road.begin() + event + road.end(usage), STREAM);
		assertThat(streamed.status()).isEqualTo(200);
		assertEnds(road, streamed);
		assertSane(gateway.calls.theOne());
	}

	// What nobody knows.

	@ParameterizedTest
	@EnumSource(names = { "MESSAGES", "CHAT_ON_MESSAGES", "RESPONSES_ON_MESSAGES", "RESPONSES" })
	void aBlockThatNobodyKnowsPassesOrIsNoAnswer(Road road) throws Exception {
		String block = "{\"type\":\"hologram\",\"x\":[1]}";
		String usage = road.usage("3", "4");
		String sent = (road.callee == Operation.MESSAGES)
				? road.whole("\"one\"", usage).replace("\"content\":[", "\"content\":[" + block + ',')
				: road.whole("\"one\"", usage).replace("\"output\":[", "\"output\":[" + block + ',');
		RawAnswer whole = answered(road, sent, "");
		assertThat(whole.status()).isEqualTo(road.crossed() ? 502 : 200);
		if (!road.crossed()) {
			assertThat(whole.body()).isEqualTo(sent);
		}

		gateway.calls.clear();
		String event = (road.callee == Operation.MESSAGES)
				? Road.named("content_block_start", "\"index\":1,\"content_block\":" + block)
						+ Road.named("content_block_delta", "\"index\":1,\"delta\":{\"type\":\"beam\"}")
						+ Road.named("content_block_stop", "\"index\":1")
				: Road.named("response.output_item.added", "\"sequence_number\":2,\"item\":" + block)
						+ Road.named("response.hologram.delta", "\"sequence_number\":3,\"delta\":{}");
		String stream = road.begin() + event + road.end(usage);
		RawAnswer streamed = answered(road, stream, STREAM);
		if (road.crossed()) {
			assertThat(streamed.last()).startsWith(road.error());
			assertThat(streamed.body()).doesNotContain(road.done());
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.INTERRUPTED);
		}
		else {
			assertThat(streamed.body()).isEqualTo(stream);
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.COMPLETED);
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "CHAT", "MESSAGES_ON_CHAT", "RESPONSES_ON_CHAT" })
	void argumentsThatAreNoJsonAreNeverACallOfATool(Road road) throws Exception {
		String call = "\"tool_calls\":[{\"index\":0,\"id\":\"call_1\",\"type\":\"function\",\"function\":{\"name\":"
				+ "\"pay\",\"arguments\":\"{\\\"amount\\\": 100\"}}]";
		String usage = road.usage("3", "4");
		String sent = road.whole("null," + call, usage).replace("\"stop\"", "\"tool_calls\"");
		RawAnswer whole = answered(road, sent, "");
		assertThat(whole.status()).isEqualTo((road.caller == Operation.MESSAGES) ? 502 : 200);
		assertThat(whole.body().contains("amount")).as("as text it passes").isEqualTo(whole.status() == 200);

		gateway.calls.clear();
		String stream = road.begin()
				+ Road
					.data("{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{" + call + "},\"finish_reason\":null}]}")
				+ road.end(usage).replace("\"stop\"", "\"tool_calls\"");
		RawAnswer streamed = answered(road, stream, STREAM);
		assertThat(streamed.status()).isEqualTo(200);
		if (road.caller == Operation.MESSAGES) {
			assertThat(streamed.last()).startsWith(road.error());
			assertThat(streamed.body()).doesNotContain("message_delta", road.done());
		}
		else {
			assertThat(streamed.body()).contains(road.done());
		}
		assertThat(gateway.calls.theOne().usageSource()).as("charged as reported").isEqualTo(UsageSource.PROVIDER);
	}

	// Headers.

	@ParameterizedTest
	@EnumSource
	void noHeaderOfAProvidersMakesAnother(Road road) throws Exception {
		String body = road.whole("\"one\"", road.usage("3", "4"));
		String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-ratelimit-a: 1\r\nx-ratelimit-b: a\u0001b"
				+ "\r\nanthropic-ratelimit-c: 2\r\nanthropic-ratelimit-d: \u00e9\r\nretry-after: 1\u000bx-evil: 1\r\n"
				+ "openai-version: " + Road.OWN_KEY + "\r\nx-tallygate-model: evil\r\nset-cookie: a=b\r\n"
				+ "x-request-id: evil\r\nContent-Length: ";
		try (CaptureServer provider = CaptureServer.answering(head + body.length() + "\r\n\r\n" + body)) {
			road.leadTo(gateway, provider.url());

			HttpResponse<String> answer = gateway.post(road.path, road.ask("one", ""));

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			assertThat(answer.headers().map()).containsKeys("x-ratelimit-a", "anthropic-ratelimit-c")
				.doesNotContainKeys("x-ratelimit-b", "anthropic-ratelimit-d", "retry-after", "openai-version",
						"set-cookie", "x-evil");
			assertThat(answer.headers().firstValue("x-tallygate-model").orElseThrow()).startsWith(road.provider + ':');
			assertThat(answer.headers().firstValue("x-request-id"))
				.isEqualTo(answer.headers().firstValue("x-tallygate-call-id"));
		}
	}

	/** Answers a call with a body, whole or as a stream. */
	private static RawAnswer answered(Road road, String body, String more) throws Exception {
		try (CaptureServer provider = CaptureServer
			.answering("HTTP/1.1 200 OK\r\nContent-Type: " + (more.isEmpty() ? "application/json" : "text/event-stream")
					+ "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)) {
			road.leadTo(gateway, provider.url());
			return RawAnswer.post(gateway, road.path, road.ask("one", more));
		}
	}

}
