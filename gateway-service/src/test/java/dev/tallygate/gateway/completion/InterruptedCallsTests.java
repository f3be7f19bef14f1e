package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.simulator.BillRow;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The one rule for calls that do not come to their own end, sentence by sentence. Every
 * test has a model of its own, so that no circuit opens on another's failures.
 */
class InterruptedCallsTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	/** Waits no longer than a test can. */
	@RegisterExtension
	static final TestGateway impatient = TestGateway.with()
		.firstByte(Duration.ofMillis(1500))
		.idle(Duration.ofSeconds(1))
		.start();

	private final String model = "manus:model-" + UUID.randomUUID();

	// Client gone.

	@Test
	void theProviderIsCancelledWhenTheCallerOfAStreamLeaves() throws Exception {
		try (Wire wire = Wire.post(gateway, streamed("output=500 delay=20ms"))) {
			wire.readEvents(5);
		}

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		BillRow billed = billed(gateway);
		assertThat(billed.outcome()).isEqualTo(BillRow.Outcome.ABORTED);
		assertThat(billed.outputTokens()).as("20 ms each, within a second").isLessThan(5 + 2 * 50);
		assertThat(settled.outputTokens()).isBetween(4L, billed.outputTokens());
		assertThat(settled.inputTokens()).isPositive();
	}

	@Test
	void aCallerThatLeavesAQuietStreamIsMissedByTheHeartbeat() throws Exception {
		try (Wire wire = Wire.post(gateway, streamed("output=100 delay=2s"))) {
			wire.readEvents(1);
		}

		assertThat(gateway.calls.theOne().status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(billed(gateway).outcome()).isEqualTo(BillRow.Outcome.ABORTED);
		assertThat(billed(gateway).outputTokens()).isLessThan(10);
	}

	@Test
	void aProviderThatBillsAllTheSameIsReadToItsEnd() throws Exception {
		gateway.reveals.put("drained", gateway.reveals.get("manus"));
		try (Wire wire = Wire.post(gateway,
				TestGateway.ask("drained:m", "one [[sim: output=40 delay=20ms]]", ",\"stream\":true"))) {
			wire.readEvents(3);
		}

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.outputTokens()).isEqualTo(40);
		assertThat(billed(gateway).outcome()).isEqualTo(BillRow.Outcome.COMPLETED);
	}

	@Test
	void aCallerThatStopsReadingIsCut() throws Exception {
		try (Wire wire = Wire.post(gateway, streamed("output=15000 size=1000"))) {
			wire.readEvents(1);

			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.CLIENT_DISCONNECTED);
		}
		assertThat(billed(gateway).outcome()).isEqualTo(BillRow.Outcome.ABORTED);
	}

	@Test
	void aCallThatIsNotStreamedRunsOnWithoutItsCaller() throws Exception {
		Wire wire = Wire.post(gateway, plain("output=10 delay=50ms"));
		await().until(() -> gateway.calls.open() == 1);
		wire.close();

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(billed(gateway).outcome()).isEqualTo(BillRow.Outcome.COMPLETED);
		assertThat(settled.outputTokens()).isEqualTo(10).isEqualTo(billed(gateway).outputTokens());
		assertThat(settled.inputTokens()).isEqualTo(billed(gateway).inputTokens());
	}

	@Test
	void aStreamThatReachesALimitIsCutWithTheReason() throws Exception {
		gateway.calls.cutAt(10);

		String answer = Wire.readAll(gateway, streamed("output=500 delay=20ms"));

		assertThat(answer).startsWith("HTTP/1.1 200")
			.contains("\"code\":\"budget_exceeded\"", "used up")
			.doesNotContain("[DONE]");
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		BillRow billed = billed(gateway);
		assertThat(billed.outcome()).isEqualTo(BillRow.Outcome.ABORTED);
		System.out.println("cut at 10 tokens: charged " + settled.outputTokens() + ", the provider sent "
				+ billed.outputTokens() + ", " + (billed.outputTokens() - 10) + " over");
		assertThat(settled.outputTokens()).isBetween(8L, billed.outputTokens());
		assertThat(billed.outputTokens()).as("20 ms each, within a second").isLessThan(10 + 2 * 50);
	}

	// Provider fails before its first byte.

	@ParameterizedTest
	@ValueSource(ints = { 408, 429, 500, 502, 503, 504, 529 })
	void whatMayPassIsTriedOnceMoreAndThenCostsNothing(int status) throws Exception {
		HttpResponse<String> answer = gateway.chat(streamed("status=" + status));

		assertThat(answer.statusCode()).isEqualTo((status == 429) ? status : (status == 408) ? 504 : 502);
		assertFailed(gateway.calls.theOne(), 2);
		assertThat(gateway.calls.theOne().httpStatus()).isEqualTo(status);
		assertThat(gateway.simulator.bill().billed()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 403, 404, 409, 413, 422, 501, 505 })
	void whatStaysIsNotTriedAgain(int status) throws Exception {
		HttpResponse<String> answer = gateway.chat(plain("status=" + status));

		assertThat(answer.statusCode()).isEqualTo((status < 500) ? status : 502);
		assertFailed(gateway.calls.theOne(), 1);
	}

	@Test
	void aFailureThatPassesIsAnAnswer() throws Exception {
		HttpResponse<String> answer = gateway.chat(streamed("output=3 status=503 attempts=1"));

		assertThat(answer.statusCode()).isEqualTo(200);
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.attempts()).isEqualTo(2);
		assertThat(settled.outputTokens()).isEqualTo(3).isEqualTo(billed(gateway).outputTokens());
	}

	@Test
	void aProviderIsNotAskedAgainBeforeItWantsToBe() throws Exception {
		long began = System.nanoTime();
		HttpResponse<String> soon = gateway.chat(plain("status=429 retry-after=1 attempts=1"));

		assertThat(soon.statusCode()).isEqualTo(200);
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));

		gateway.calls.clear();
		HttpResponse<String> late = gateway.chat(plain("status=429 retry-after=7 attempts=1"));

		assertThat(late.statusCode()).isEqualTo(429);
		assertThat(late.headers().firstValue("retry-after")).contains("7");
		assertFailed(gateway.calls.theOne(), 1);
	}

	/** It is worth asking soon, and ever later while it refuses. */
	@Test
	void aProviderThatDoesNotSayWhenIsAskedAgainSoon() throws Exception {
		String model = "manus:soon";
		long began = System.nanoTime();
		HttpResponse<String> first = gateway.chat(TestGateway.ask(model, "one [[sim: status=429 attempts=1]]", ""));
		assertThat(first.statusCode()).isEqualTo(200);
		assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofMillis(250),
				Duration.ofMillis(2000));

		HttpResponse<String> told = gateway.chat(TestGateway.ask(model, "two [[sim: status=429]]", ""));
		assertThat(told.statusCode()).isEqualTo(429);
		assertThat(told.headers().firstValue("retry-after")).contains("1");
		assertThat(gateway.chat(TestGateway.ask(model, "three [[sim: status=429]]", ""))
			.headers()
			.firstValue("retry-after")).contains("2");
		assertThat(gateway.chat(TestGateway.ask("manus:other", "four [[sim: status=429]]", ""))
			.headers()
			.firstValue("retry-after")).as("another model").contains("1");
		assertThat(gateway.chat(TestGateway.ask(model, "five", "")).statusCode()).isEqualTo(200);
		assertThat(
				gateway.chat(TestGateway.ask(model, "six [[sim: status=429]]", "")).headers().firstValue("retry-after"))
			.as("after a success")
			.contains("1");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					retry-after-ms: 300                                                            | 300
					retry-after-ms: 300;Retry-After: 1                                             | 300
					x-ratelimit-remaining-requests: 0;x-ratelimit-reset-requests: 400ms            | 400
					x-ratelimit-remaining-tokens: 0;x-ratelimit-reset-tokens: 1s;x-ratelimit-remaining-requests: 5;x-ratelimit-reset-requests: 9s | 1000
					""")
	void aProviderIsAskedAgainWhenItsHeadersSay(String headers, long millis) throws Exception {
		String refusal = "HTTP/1.1 429 Too Many Requests\r\n" + headers.replace(";", "\r\n")
				+ "\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 12\r\n\r\n{\"error\":{}}";
		try (CaptureServer provider = CaptureServer.answering(refusal, CaptureServer.http("200 OK",
				"{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Yes.\"}}]}"))) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");
			long began = System.nanoTime();
			assertThat(gateway.chat(TestGateway.ask("manus:m", "one", "")).statusCode()).isEqualTo(200);
			assertThat(Duration.ofNanos(System.nanoTime() - began).toMillis()).isBetween(millis, millis + 600);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			x-ratelimit-remaining-requests: 0;x-ratelimit-reset-requests: 6m0s                     | 60
			x-ratelimit-remaining-tokens: 0;x-ratelimit-reset-tokens: 7.2s                         | 8
			anthropic-ratelimit-requests-remaining: 0;anthropic-ratelimit-requests-reset: 2099-01-01T00:00:00Z | 60
			""")
	void whatIsExhaustedForLongIsToldAndNotAskedAgain(String headers, String told) throws Exception {
		try (CaptureServer provider = CaptureServer
			.answering("HTTP/1.1 429 Too Many Requests\r\n" + headers.replace(";", "\r\n")
					+ "\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"error\":{}}")) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");
			HttpResponse<String> answer = gateway.chat(TestGateway.ask("manus:m", "one", ""));
			assertThat(answer.statusCode()).isEqualTo(429);
			assertThat(answer.headers().firstValue("retry-after")).contains(told);
			assertThat(provider.requests()).hasSize(1);
		}
	}

	@Test
	void aProviderThatWantsNoSecondTryGetsNone() throws Exception {
		try (CaptureServer provider = CaptureServer.answering("HTTP/1.1 429 Too Many Requests\r\nx-should-retry: false"
				+ "\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"error\":{}}")) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");

			HttpResponse<String> answer = gateway.chat(TestGateway.ask("manus:m", "one", ""));

			assertThat(answer.statusCode()).isEqualTo(429);
			assertThat(answer.headers().firstValue("x-should-retry")).contains("false");
			assertThat(provider.requests()).hasSize(1);
		}
	}

	@Test
	void whatCannotBeConnectedToFails() throws Exception {
		gateway.revealAt("manus", URI.create("http://127.0.0.1:1/v1"), Credential.USER, "sk-the-users-own-key");

		HttpResponse<String> answer = gateway.chat(TestGateway.ask("manus:m", "one", ""));

		assertThat(answer.statusCode()).isEqualTo(502);
		assertThat(answer.body()).contains("\"code\":\"provider_error\"");
		assertFailed(gateway.calls.theOne(), 0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "reset@0", "fin@0" })
	void whatWasSentIsNotSentAgainWhenTheConnectionBreaks(String fault) throws Exception {
		HttpResponse<String> answer = gateway.chat(streamed("fault=" + fault));

		assertThat(answer.statusCode()).isEqualTo(502);
		assertThat(answer.body()).contains("\"code\":\"provider_error\"");
		assertFailed(gateway.calls.theOne(), 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"stream\":true" })
	void whatWasSentIsNotSentAgainAfterATimeOut(String more) throws Exception {
		HttpResponse<String> answer = impatient.chat(TestGateway.ask(this.model, "one [[sim: fault=silence]]", more));

		assertThat(answer.statusCode()).isEqualTo(504);
		assertThat(answer.body()).startsWith("{\"error\":{").contains("\"code\":\"provider_timeout\"");
		if (more.isEmpty()) {
			assertThat(answer.headers().firstValue("x-should-retry")).as("it is charged").contains("false");
			assertInterrupted(impatient.calls.theOne(), 0);
		}
		else {
			assertThat(answer.headers().firstValue("x-should-retry")).isEmpty();
			assertFailed(impatient.calls.theOne(), 1);
		}
	}

	// Provider fails later.

	@ParameterizedTest
	@ValueSource(strings = { "reset@3", "fin@3", "tear@3", "misframe@3", "error@3", "cut@3", "reset@1", "tear@20" })
	void aStreamThatBreaksIsChargedForWhatWasDeliveredAndSaysSo(String fault) throws Exception {
		String body = Wire.readAll(gateway, streamed("output=30 fault=" + fault));

		assertThat(body).contains("data: {\"error\":{").doesNotContain("[DONE]");
		assertInterrupted(gateway.calls.theOne(), Long.parseLong(fault.substring(fault.indexOf('@') + 1)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 5, 20 })
	void aStreamThatStallsEndsWithWhatCameBefore(int events) throws Exception {
		String body = Wire.readAll(impatient, streamed("output=30 fault=stall@" + events));

		assertThat(body.split("\"content\":\"", -1)).as("every word that came").hasSizeGreaterThan(events);
		assertThat(body).contains("data: {\"error\":{", "\"code\":\"provider_timeout\"").doesNotContain("[DONE]");
		assertInterrupted(impatient.calls.theOne(), events);
	}

	/**
	 * Nothing was sent to the caller yet, so it gets a status; and a head is no answer.
	 */
	@Test
	void aHeadWithoutAnEventIsATimeOut() throws Exception {
		HttpResponse<String> answer = impatient.chat(streamed("output=30 fault=stall@0"));

		assertThat(answer.statusCode()).isEqualTo(504);
		assertThat(answer.body()).startsWith("{\"error\":{").contains("\"code\":\"provider_timeout\"");
		assertFailed(impatient.calls.theOne(), 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "reset@3", "fin@3", "tear@3", "misframe@3" })
	void aPlainAnswerThatBreaksIsNoAnswerAndIsNotAskedForAgain(String fault) throws Exception {
		HttpResponse<String> answer = gateway.chat(plain("output=30 fault=" + fault));

		assertThat(answer.statusCode()).isEqualTo(502);
		assertThat(answer.body()).contains("\"code\":\"provider_error\"");
		assertThat(answer.headers().firstValue("x-should-retry")).as("it is charged").contains("false");
		assertInterrupted(gateway.calls.theOne(), 0);
	}

	@Test
	void aPlainAnswerThatStallsIsATimeOut() throws Exception {
		HttpResponse<String> answer = impatient.chat(plain("output=30 fault=stall@3"));

		assertThat(answer.statusCode()).isEqualTo(504);
		assertInterrupted(impatient.calls.theOne(), 0);
	}

	@Test
	void whatTheProviderReportedBeforeItBrokeIsCharged() throws Exception {
		String event = "data: {\"choices\":[{\"delta\":{\"content\":\"one\"}}],\"usage\":{\"prompt_tokens\":11,"
				+ "\"completion_tokens\":7}}\n\n";
		try (CaptureServer provider = CaptureServer
			.answering("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
					+ Integer.toHexString(event.length()) + "\r\n" + event + "\r\n")) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");

			Wire.readAll(gateway, TestGateway.ask("manus:m", "one", ",\"stream\":true"));

			UsageSettled settled = gateway.calls.theOne();
			assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
			assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
			assertThat(settled.inputTokens()).isEqualTo(11);
			assertThat(settled.outputTokens()).isEqualTo(7);
		}
	}

	// Heartbeats and absurd counts.

	@Test
	void aHeartbeatKeepsAQuietStreamAlive() throws Exception {
		String body = Wire.readAll(gateway, streamed("output=2 delay=800ms"));

		assertThat(body).contains(": still working\n\n").contains("[DONE]");
	}

	@Test
	void noHeartbeatComesBeforeTheProvidersFirstByte() throws Exception {
		HttpResponse<String> late = gateway.chat(streamed("output=2 first=1200ms"));

		assertThat(late.body()).startsWith("data: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",\"stream\":true" })
	void anAbsurdCountIsSaturatedAndNotLost(String more) throws Exception {
		gateway.chat(TestGateway.ask(this.model, "one [[sim: output=9 usage=absurd]]", more));

		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.outputTokens()).isEqualTo(1_000_000_000L);
	}

	private String plain(String directives) {
		return TestGateway.ask(this.model, "one [[sim: " + directives + "]]", "");
	}

	private String streamed(String directives) {
		return TestGateway.ask(this.model, "one [[sim: " + directives + "]]", ",\"stream\":true");
	}

	private static BillRow billed(TestGateway where) {
		await().untilAsserted(() -> assertThat(where.simulator.bill().billed()).hasSize(1));
		return where.simulator.bill().billed().getFirst();
	}

	private static void assertFailed(UsageSettled settled, int attempts) {
		assertThat(settled.status()).isEqualTo(Status.FAILED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.NONE);
		assertThat(settled.costNanos()).isEqualTo(NanoUsd.ZERO);
		assertThat(settled.outputTokens()).isNull();
		assertThat(settled.attempts()).isEqualTo(attempts);
	}

	private static void assertInterrupted(UsageSettled settled, long delivered) {
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(settled.outputTokens()).isEqualTo(delivered);
		assertThat(settled.inputTokens()).isPositive();
		assertThat(settled.costNanos()).isGreaterThan(NanoUsd.ZERO);
		assertThat(settled.attempts()).isEqualTo(1);
	}

}
