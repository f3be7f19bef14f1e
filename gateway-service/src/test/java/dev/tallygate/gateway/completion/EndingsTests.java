package dev.tallygate.gateway.completion;

import static dev.tallygate.events.UsageSettled.Operation.CHAT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How answers end that do not end well, and what real servers say then.
 */
class EndingsTests {

	private static final String TEXT = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"},"
			+ "\"finish_reason\":null}]}\n\n";

	private static final String FINISH = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

	private static final String USAGE = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":7}}\n\n";

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@Test
	void aStreamThatIsResetAfterItsEndIsWhole() throws Exception {
		String seen = streamed(TEXT + FINISH + USAGE + "data: [DONE]\n\n", false);

		assertThat(seen).contains("data: [DONE]").doesNotContain("event: error");
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.COMPLETED);
	}

	@Test
	void aProvidersOwnErrorIsTheOnlyOneAndTheConnectionBreaks() throws Exception {
		String seen = streamed(TEXT + "data: {\"error\":{\"message\":\"boom\",\"code\":500}}\n\n", true);

		assertThat(seen.split("\"error\":", -1)).as(seen).hasSize(2);
		assertThat(seen).contains("boom").doesNotEndWith("0\r\n\r\n");
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.INTERRUPTED);
	}

	@Test
	void anErrorOfOursIsNamedAndTheConnectionBreaks() throws Exception {
		String seen = streamed(TEXT, true);

		assertThat(seen).contains("event: error\ndata: {\"error\":{").doesNotEndWith("0\r\n\r\n");
	}

	@Test
	void commentsAloneAreNoAnswer() throws Exception {
		String seen = streamed(": thinking\n\n: thinking\n\n", true);

		assertThat(seen).startsWith("HTTP/1.1 502");
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.FAILED);
		assertThat(gateway.calls.theOne().usageSource()).isEqualTo(UsageSource.NONE);
	}

	@Test
	void anErrorThatComesFirstIsAStatusAndCostsNothing() throws Exception {
		String seen = streamed(
				": hello\n\ndata: {\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}\n\n", true);

		assertThat(seen).startsWith("HTTP/1.1 429").contains("slow down", "retry-after: ");
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.FAILED);
	}

	@Test
	void usageOnEveryChunkIsNoEnd() throws Exception {
		String chunk = TEXT.replace("null}]}", "null}],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":3}}");
		String seen = streamed(chunk, true);

		assertThat(seen).contains("event: error");
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.inputTokens()).isEqualTo(11);
	}

	@Test
	void whatOurQuestionCausedIsWithheldWhateverItsShape() throws Exception {
		String usage = "data: {\"choices\":[{\"index\":0,\"delta\":{}}],\"usage\":{\"prompt_tokens\":11,"
				+ "\"completion_tokens\":7}}\n\n";
		String seen = streamed(TEXT + FINISH + usage + "data: [DONE]\n\n", true);

		assertThat(seen).contains(FINISH, "[DONE]").doesNotContain("usage");
		assertThat(gateway.calls.theOne().outputTokens()).isEqualTo(7);
	}

	@Test
	void whatMovedIntoTheWithheldChunkStaysWithTheOneBefore() throws Exception {
		String usage = USAGE.replace("7}}", "7},\"timings\":{\"prompt_n\":11,\"predicted_n\":7}}");
		String seen = streamed(TEXT + FINISH + usage + "data: [DONE]\n\n", true);

		assertThat(seen).contains("\"finish_reason\":\"stop\"}],\"timings\":{\"prompt_n\":11,\"predicted_n\":7}}\n\n")
			.doesNotContain("usage");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"choices\":[{\"message\":{\"content\":\"hal", "<html></html>", "", "null" })
	void aWholeAnswerThatCannotBeReadIsNoAnswer(String body) throws Exception {
		HttpResponse<String> answer = whole("200 OK", "", body);

		assertThat(answer.statusCode()).isEqualTo(502);
		assertThat(answer.body()).contains("\"code\":\"provider_error\"");
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos")).isPresent();
		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.INTERRUPTED);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
			{"error":{"message":"too long","code":7}} | too long
			{"error":"no such pipeline"} | no such pipeline
			{"message":"quota of the team"} | quota of the team
			{"detail":"Unsupported field"} | Unsupported field
			{"detail":[{"loc":["body","n"],"msg":"not a number"},{"msg":"and more"}]} | body.n: not a number; and more
			""")
	void aProvidersWordsAreTold(String body, String text) throws Exception {
		HttpResponse<String> answer = whole("422 Unprocessable", "", body);

		assertThat(answer.statusCode()).isEqualTo(422);
		assertThat(answer.body()).contains(text).contains("\"error\":{");
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos")).contains("0");
	}

	@Test
	void aProviderThatFailsTwiceTheSameWayIsQuoted() throws Exception {
		HttpResponse<String> answer = whole("500 Oops", "", "{\"error\":{\"message\":\"image is not supported\"}}");

		assertThat(answer.statusCode()).isEqualTo(502);
		assertThat(answer.body()).contains("image is not supported").doesNotContain("Try again");
	}

	@ParameterizedTest
	@CsvSource({ "1.5,1.5", "90,60", "7,7" })
	void noOneIsToldToWaitLongerThanClientsDo(String said, String told) throws Exception {
		HttpResponse<String> answer = whole("429 Slow", "retry-after: " + said + "\r\n", "{\"error\":{}}");

		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(answer.headers().firstValue("retry-after")).contains(told);
	}

	@Test
	void aRateLimitAlwaysSaysWhenToComeAgain() throws Exception {
		HttpResponse<String> answer = whole("429 Slow", "x-should-retry: false\r\n", "{\"error\":{}}");

		assertThat(answer.headers().firstValue("retry-after")).isPresent();
	}

	@Test
	void headersThatCouldMakeOthersAreLeftOut() throws Exception {
		HttpResponse<String> answer = whole("200 OK",
				"x-ratelimit-limit-requests: 5\r\nx-ratelimit-evil: a\u0001b\r\nx-other: 1\r\n", "{\"choices\":[]}");

		assertThat(answer.headers().firstValue("x-ratelimit-limit-requests")).contains("5");
		assertThat(answer.headers().map()).doesNotContainKeys("x-ratelimit-evil", "x-other");
	}

	/** Some clients throw away what they have not read when their connection breaks. */
	@Test
	void whyAStreamBrokeIsToldBeforeItBreaks() throws Exception {
		try (TestGateway patient = TestGateway.with().lastWords(Duration.ofHours(1)).start();
				Wire wire = Wire.post(patient,
						TestGateway.ask("openai:gpt-4o", "one [[sim: output=9 fault=fin@3]]", ",\"stream\":true"))) {
			wire.readUntil("\"code\":\"provider_error\"");

			await()
				.untilAsserted(() -> assertThat(patient.calls.settled()).as("nobody waits for the books").hasSize(1));
			assertThat(wire.endsNow()).isFalse();
		}
	}

	/** Whatever goes wrong in us, no caller takes what it has for a whole answer. */
	@ParameterizedTest
	@EnumSource
	void aFaultOfOurOwnEndsAStreamLikeAnyOther(Road road) throws Exception {
		gateway.revealAll();
		gateway.keys.invalidateAll();
		gateway.calls.failAt(3);
		String seen;
		try (Wire wire = Wire.post(gateway, road.path,
				road.ask("one [[sim: output=30 delay=10ms]]", ",\"stream\":true"))) {
			seen = wire.readToEnd();
		}

		assertThat(seen).startsWith("HTTP/1.1 200")
			.contains(road.error(), "Something went wrong on our side")
			.doesNotContain(road.done());
		assertThat(seen.endsWith("\r\n0\r\n\r\n")).as("a proper end, but for chat").isEqualTo(road.caller != CHAT);
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.outputTokens()).isBetween(1L, 30L);
	}

	/** A stream of chunks with or without its end, as a caller sees it on the socket. */
	private static String streamed(String events, boolean ended) throws Exception {
		byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
		try (CaptureServer provider = at(
				"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
						+ Integer.toHexString(bytes.length) + "\r\n" + events + "\r\n" + (ended ? "0\r\n\r\n" : ""))) {
			assertThat(provider.url()).isNotEmpty();
			return Wire.readAll(gateway, TestGateway.ask("manus:m" + System.nanoTime(), "one", ",\"stream\":true"));
		}
	}

	private static HttpResponse<String> whole(String status, String headers, String body) throws Exception {
		try (CaptureServer provider = at("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\n" + headers
				+ "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body)) {
			assertThat(provider.url()).isNotEmpty();
			return gateway.chat(TestGateway.ask("manus:m" + System.nanoTime(), "one", ""));
		}
	}

	private static CaptureServer at(String answer) throws IOException {
		CaptureServer provider = CaptureServer.answering(answer);
		gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");
		gateway.keys.invalidateAll();
		return provider;
	}

}
