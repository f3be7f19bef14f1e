package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.simulator.BillRow;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRelayTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@Test
	void settlesAPlainCallWithWhatTheProviderBilled() throws Exception {
		HttpResponse<String> answer = gateway
			.chat(TestGateway.ask("openai:gpt-4o-mini", "one two three [[sim: output=7 cached=1 reasoning=2]]", ""));

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		UsageSettled settled = theOne();
		BillRow billed = billed();
		assertThat(settled.status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.usageSource()).isEqualTo(UsageSource.PROVIDER);
		assertThat(settled.inputTokens()).isEqualTo(billed.inputTokens());
		assertThat(settled.cacheReadInputTokens()).isEqualTo(billed.cachedInputTokens());
		assertThat(settled.outputTokens()).isEqualTo(billed.outputTokens());
		assertThat(settled.reasoningOutputTokens()).isEqualTo(billed.reasoningTokens());
		assertThat(settled.credential()).isEqualTo(Credential.SYSTEM);
		assertThat(settled.attempts()).isEqualTo(1);
		assertThat(settled.httpStatus()).isEqualTo(200);
		assertThat(settled.timeToFirstByteMillis()).isNotNull();
		assertThat(settled.requestModel()).isEqualTo("openai:gpt-4o-mini");
		assertThat(settled.model()).isEqualTo("gpt-4o-mini");
		assertThat(billed.requestId()).isEqualTo(settled.callId().toString());
		assertThat(answer.headers().firstValue("x-tallygate-call-id")).contains(settled.callId().toString());
		assertThat(answer.headers().firstValue("x-request-id")).isPresent();
		assertThat(answer.headers().firstValue("x-tallygate-model")).contains("openai:gpt-4o-mini");
		assertThat(answer.headers().firstValue("x-tallygate-credential")).contains("system");
		assertThat(answer.headers().firstValue("x-tallygate-cost-nanos"))
			.contains(Long.toString(nanos(settled.costNanos())));
		assertThat(answer.headers().firstValue("cache-control")).contains("no-store");
	}

	@Test
	void settlesAStreamWithTheUsageTheCallerDidNotAskFor() throws Exception {
		HttpResponse<String> answer = gateway
			.chat(TestGateway.ask("gpt-4o", "one two [[sim: output=5]]", ",\"stream\":true"));

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.headers().firstValue("content-type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("text/event-stream"));
		assertThat(answer.body()).doesNotContain("usage").endsWith("data: [DONE]\n\n");
		assertThat(answer.body().split("\n\n")).hasSize(1 + 5 + 1 + 1);
		assertThat(theOne().outputTokens()).isEqualTo(5).isEqualTo(billed().outputTokens());
		assertThat(theOne().inputTokens()).isEqualTo(billed().inputTokens());
		assertThat(theOne().usageSource()).isEqualTo(UsageSource.PROVIDER);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " slice", " crlf", " slice crlf", " comments" })
	void aStreamIsByteForByteWhatTheProviderSends(String how) throws Exception {
		String options = ",\"stream\":true,\"stream_options\":{\"include_usage\":true}";
		String prompt = "same [[sim: output=6" + how + "]]";

		HttpResponse<String> relayed = gateway.chat(TestGateway.ask("openai:gpt-4o", prompt, options));
		HttpResponse<String> direct = Direct.chat(gateway, TestGateway.ask("gpt-4o", prompt, options));

		assertThat(Direct.normalised(relayed.body())).isEqualTo(Direct.normalised(direct.body()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " slice", " crlf", " slice crlf", " comments" })
	void aStreamWithoutTheUsageIsWhatTheProviderSendsWithoutIt(String how) throws Exception {
		String prompt = "same [[sim: output=6" + how + "]]";

		HttpResponse<String> relayed = gateway.chat(TestGateway.ask("openai:gpt-4o", prompt, ",\"stream\":true"));
		HttpResponse<String> direct = Direct.chat(gateway, TestGateway.ask("gpt-4o", prompt, ",\"stream\":true"));

		assertThat(Direct.normalised(relayed.body())).isEqualTo(Direct.normalised(direct.body()));
	}

	@Test
	void aPlainAnswerIsByteForByteWhatTheProviderSends() throws Exception {
		String prompt = "plain [[sim: output=6]]";

		HttpResponse<String> relayed = gateway.chat(TestGateway.ask("openai:gpt-4o", prompt, ""));
		HttpResponse<String> direct = Direct.chat(gateway, TestGateway.ask("gpt-4o", prompt, ""));

		assertThat(Direct.normalised(relayed.body())).isEqualTo(Direct.normalised(direct.body()));
	}

	@Test
	void estimatesWhatTheProviderDoesNotReport() throws Exception {
		gateway.chat(TestGateway.ask("openai:gpt-4o", "one two [[sim: output=9 usage=none]]", ",\"stream\":true"));

		assertThat(theOne().usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(theOne().status()).isEqualTo(Status.COMPLETED);
		assertThat(theOne().outputTokens()).isEqualTo(9);
		assertThat(theOne().inputTokens()).isPositive();
	}

	@Test
	void aReportedZeroBesideTextIsNotReported() throws Exception {
		gateway.chat(TestGateway.ask("openai:gpt-4o", "one [[sim: output=9 usage=zero]]", ""));

		assertThat(theOne().usageSource()).isEqualTo(UsageSource.ESTIMATED);
		assertThat(theOne().outputTokens()).isEqualTo(9);
		assertThat(theOne().inputTokens()).isPositive();
	}

	@Test
	void anEventThatIsNoJsonGoesOnAsItCame() throws Exception {
		HttpResponse<String> answer = gateway
			.chat(TestGateway.ask("openai:gpt-4o", "one [[sim: output=9 fault=garbage@3]]", ",\"stream\":true"));

		assertThat(answer.body()).endsWith("data: [DONE]\n\n");
		assertThat(theOne().status()).isEqualTo(Status.COMPLETED);
		assertThat(theOne().usageSource()).isEqualTo(UsageSource.PROVIDER);
	}

	@Test
	void aProvidersRefusalPassesWithoutTheKeyInIt() throws Exception {
		HttpResponse<String> answer = gateway
			.chat(TestGateway.ask("openai:gpt-4o", "one [[sim: status=422 echo]]", ""));

		assertThat(answer.statusCode()).isEqualTo(422);
		assertThat(answer.body()).contains("\"error\"").contains("*****").doesNotContain(TestGateway.SYSTEM_KEY);
		assertThat(theOne().status()).isEqualTo(Status.FAILED);
		assertThat(theOne().httpStatus()).isEqualTo(422);
	}

	@Test
	void aRejectedKeyOfTheUserIsReportedAndNotReplaced() throws Exception {
		gateway.reveal("manus", Credential.USER, "sk-sim-revoked-by-the-provider");

		HttpResponse<String> answer = gateway.chat(TestGateway.ask("manus:any", "one", ""));

		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.body()).contains("provider_key_rejected");
		await().untilAsserted(() -> assertThat(gateway.reported).hasSize(1));
	}

	@Test
	void aRejectedKeyOfTheOperatorIsTheOperatorsTrouble() throws Exception {
		gateway.reveal("openai", Credential.SYSTEM, "sk-sim-revoked-by-the-provider");

		HttpResponse<String> answer = gateway.chat(TestGateway.ask("openai:gpt-4o", "one", ""));

		assertThat(answer.statusCode()).isEqualTo(502);
		assertThat(answer.body()).contains("\"code\":\"provider_error\"");
		assertThat(gateway.calls.refusedKeys()).containsExactly("openai");
		assertThat(gateway.meters.get("tallygate.system.key.rejected").tag("provider", "openai").counter().count())
			.isPositive();
	}

	@Test
	void aProvider403IsNoRejectionOfTheOperatorsKey() throws Exception {
		HttpResponse<String> answer = gateway.chat(TestGateway.ask("openai:gpt-4o", "one [[sim: status=403]]", ""));

		assertThat(answer.statusCode()).isEqualTo(403);
		assertThat(gateway.calls.refusedKeys()).isEmpty();
	}

	@Test
	void cutsTheStreamOfARevokedKey() throws Exception {
		try (Wire wire = Wire.post(gateway,
				TestGateway.ask("openai:gpt-4o", "one [[sim: output=500 delay=20ms]]", ",\"stream\":true"))) {
			wire.readEvents(3);
			gateway.running.revoked(TestGateway.KEY);
			assertThat(wire.readToEnd()).contains("invalid_api_key");
		}

		assertThat(theOne().status()).isEqualTo(Status.INTERRUPTED);
		assertThat(theOne().outputTokens()).isPositive();
	}

	private static long nanos(@org.jspecify.annotations.Nullable NanoUsd cost) {
		return (cost != null) ? cost.value() : -1;
	}

	private static UsageSettled theOne() {
		return gateway.calls.theOne();
	}

	private static BillRow billed() {
		assertThat(gateway.simulator.bill().billed()).hasSize(1);
		return gateway.simulator.bill().billed().getFirst();
	}

}
