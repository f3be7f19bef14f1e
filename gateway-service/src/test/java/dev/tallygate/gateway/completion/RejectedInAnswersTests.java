package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import java.net.URI;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A provider that rejects its key inside an answer, after it has begun to bill.
 */
class RejectedInAnswersTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	private static final String USAGE = ",\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":20,\"total_tokens\":50}";

	private static final String REJECTED = "\"error\":{\"code\":401,\"message\":\"no such key\"}";

	private static final String NAMED = "\"error\":{\"code\":\"invalid_api_key\",\"message\":\"no such key\"}";

	private static final String TEXT = "data: {\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"It\"}}]}\n\n";

	/** Its owner hears of it, and pays what the provider charges. */
	@ParameterizedTest
	@ValueSource(strings = { REJECTED, NAMED })
	void aKeyThatIsRejectedInsteadOfAnAnswerIsReportedAndTheUsageCharged(String error) throws Exception {
		for (boolean streamed : new boolean[] { true, false }) {
			gateway.calls.clear();
			gateway.reported.clear();
			String answer = '{' + error + USAGE + '}';
			try (CaptureServer provider = CaptureServer
				.answering(streamed ? stream("data: " + answer + "\n\n") : CaptureServer.http("200 OK", answer))) {
				RawAnswer told = ask(provider, streamed);

				assertThat(told.status()).as(told.body()).isEqualTo(401);
				assertThat(told.body()).contains("\"code\":\"provider_key_rejected\"");
				assertThat(told.header("x-should-retry")).isEqualTo("false");
				assertThat(provider.requests()).hasSize(1);
				assertCharged();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { REJECTED, NAMED })
	void aKeyThatIsRejectedInsideAStreamIsReportedAndTheUsageCharged(String error) throws Exception {
		try (CaptureServer provider = CaptureServer.answering(stream(TEXT + "data: {" + error + USAGE + "}\n\n"))) {
			RawAnswer told = ask(provider, true);

			assertThat(told.status()).isEqualTo(200);
			assertThat(told.body()).contains("no such key");
			assertCharged();
		}
	}

	private static RawAnswer ask(CaptureServer provider, boolean streamed) throws Exception {
		gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");
		return RawAnswer.post(gateway, "/v1/chat/completions",
				TestGateway.ask("manus:m", "one", streamed ? ",\"stream\":true" : ""));
	}

	private static void assertCharged() {
		await().untilAsserted(() -> assertThat(gateway.reported).hasSize(1));
		UsageSettled settled = gateway.calls.theOne();
		assertThat(settled.status()).isEqualTo(Status.INTERRUPTED);
		assertThat(settled.inputTokens()).isEqualTo(30);
		assertThat(settled.outputTokens()).isEqualTo(20);
	}

	private static String stream(String events) {
		return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + events;
	}

}
