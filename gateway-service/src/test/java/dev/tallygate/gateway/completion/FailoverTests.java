package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailoverTests {

	TestGateway gateway;

	@BeforeEach
	void start() throws Exception {
		this.gateway = TestGateway.with()
			.fallbacks(Map.of("manus:m", List.of("openai:gpt-4o-mini"), "openai:gpt-4o", List.of("openai:gpt-4o-mini"),
					"anthropic:claude-sonnet-4", List.of("openai:gpt-4o-mini")))
			.start();
	}

	@AfterEach
	void stop() {
		this.gateway.close();
	}

	@Test
	void aFallbackIsCredentialledPricedAndRecordedAsItself() throws Exception {
		this.gateway.revealAt("manus", URI.create("http://127.0.0.1:1/v1"), Credential.USER, "sk-the-users-own-key");

		HttpResponse<String> answer = this.gateway.chat(TestGateway.ask("manus:m", "one [[sim: output=3]]", ""));

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.headers().firstValue("x-tallygate-model")).contains("openai:gpt-4o-mini");
		assertThat(answer.headers().firstValue("x-tallygate-credential")).contains("system");
		List<UsageSettled> settled = this.gateway.calls.settled();
		assertThat(settled).hasSize(2);
		assertThat(settled.getFirst().status()).isEqualTo(Status.FAILED);
		assertThat(settled.getFirst().provider()).isEqualTo("manus");
		assertThat(settled.getFirst().attempts()).isZero();
		assertThat(settled.getLast().status()).isEqualTo(Status.COMPLETED);
		assertThat(settled.getLast().model()).isEqualTo("gpt-4o-mini");
		assertThat(settled.getLast().credential()).isEqualTo(Credential.SYSTEM);
		assertThat(settled.getLast().callId()).isNotEqualTo(settled.getFirst().callId());
	}

	@Test
	void aFallbackOfTheOtherDialectIsTranslatedAndRecordedAsItself() throws Exception {
		this.gateway.reveals.put("anthropic", this.gateway.anthropicAt("http://127.0.0.1:1/v1"));

		HttpResponse<String> answer = this.gateway.post("/v1/messages",
				TestGateway.ask("anthropic:claude-sonnet-4", "one [[sim: output=3]]", ",\"max_tokens\":50"));

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.body()).contains("\"type\":\"message\"", "\"stop_reason\":\"end_turn\"");
		assertThat(answer.headers().firstValue("x-tallygate-model")).contains("openai:gpt-4o-mini");
		List<UsageSettled> settled = this.gateway.calls.settled();
		assertThat(settled).hasSize(2);
		assertThat(settled.getFirst().provider()).isEqualTo("anthropic");
		assertThat(settled.getFirst().status()).isEqualTo(Status.FAILED);
		assertThat(settled.getLast().provider()).isEqualTo("openai");
		assertThat(settled.getLast().model()).isEqualTo("gpt-4o-mini");
		assertThat(settled.getLast().operation()).isEqualTo(UsageSettled.Operation.MESSAGES);
		assertThat(settled.getLast().outputTokens()).isEqualTo(3);
		assertThat(settled.getLast().priced()).isTrue();
	}

	@Test
	void whenTheFallbackFailsTooTheFirstFailureIsTold() throws Exception {
		HttpResponse<String> answer = this.gateway
			.chat(TestGateway.ask("openai:gpt-4o", "one [[sim: status=429 retry-after=1]]", ""));

		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(answer.headers().firstValue("x-tallygate-model")).contains("openai:gpt-4o");
		assertThat(this.gateway.calls.settled()).hasSize(2)
			.allSatisfy((settled) -> assertThat(settled.status()).isEqualTo(Status.FAILED));
	}

	@Test
	void aFallbackIsARetryAndNeedsRoomForOne() throws Exception {
		String call = TestGateway.ask("openai:gpt-4o", "one [[sim: status=500]]", "");
		try (TestGateway strict = TestGateway.with()
			.fallbacks(Map.of("openai:gpt-4o", List.of("openai:gpt-4o-mini")))
			.noRetries()
			.start()) {
			assertThat(strict.chat(call).statusCode()).isEqualTo(502);
			assertThat(strict.calls.theOne().attempts()).isEqualTo(1);
		}
		this.gateway.chat(call);
		assertThat(this.gateway.calls.settled()).as("with room for retries").hasSize(2);
	}

	@Test
	void aBrokenCallIsNotSentElsewhere() throws Exception {
		this.gateway.chat(TestGateway.ask("openai:gpt-4o", "one [[sim: fault=reset@0]]", ""));

		assertThat(this.gateway.calls.settled()).hasSize(1);
	}

	@Test
	void everyFailureOfAProviderHasOurCode() throws Exception {
		for (int status : new int[] { 500, 502, 503, 504 }) {
			HttpResponse<String> answer = this.gateway
				.chat(TestGateway.ask("openai:failing-" + status, "one [[sim: status=" + status + "]]", ""));

			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(502);
			assertThat(answer.body()).contains("\"code\":\"provider_error\"", "openai answered with status " + status);
		}
	}

	@Test
	void aModelThatKeepsFailingIsLeftAloneForAWhile() throws Exception {
		String failing = TestGateway.ask("openai:gpt-4o-mini", "one [[sim: status=500]]", "");
		await().atMost(Duration.ofSeconds(20)).until(() -> this.gateway.chat(failing).statusCode() == 503);
		int before = this.gateway.calls.settled().size();

		HttpResponse<String> answer = this.gateway.chat(TestGateway.ask("openai:gpt-4o-mini", "one", ""));

		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(answer.body()).contains("provider_unavailable");
		assertThat(answer.headers().firstValue("retry-after"))
			.hasValueSatisfying((seconds) -> assertThat(Integer.parseInt(seconds)).isBetween(1, 5));
		assertThat(this.gateway.calls.settled()).hasSize(before);
		assertThat(this.gateway.calls.voided()).isPositive();
		assertThat(this.gateway.chat(TestGateway.ask("openai:another", "one", "")).statusCode())
			.as("a model of the same provider that works")
			.isEqualTo(200);
		await().atMost(Duration.ofSeconds(10))
			.until(() -> this.gateway.chat(TestGateway.ask("openai:gpt-4o-mini", "one", "")).statusCode() == 200);
	}

	/** Many streams at once, a part of them cut or left: nobody sees another's words. */
	@Test
	void noStreamSeesAnotherOnesWords() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		List<Thread> callers = new ArrayList<>();
		List<String> mixed = new CopyOnWriteArrayList<>();
		for (int i = 0; i < 60; i++) {
			String canary = "canary" + i + "x" + UUID.randomUUID().toString().replace("-", "");
			int leaveAfter = random.nextInt(5) == 0 ? random.nextInt(1, 8) : -1;
			String fault = random.nextInt(5) == 0 ? " fault=reset@" + random.nextInt(1, 8) : "";
			callers.add(Thread.ofVirtual().start(() -> call(canary, leaveAfter, fault, mixed)));
		}
		for (Thread caller : callers) {
			caller.join();
		}

		assertThat(mixed).as("seed %d", seed).isEmpty();
		await().untilAsserted(() -> assertThat(this.gateway.calls.open()).isZero());
		assertThat(this.gateway.calls.settled()).hasSize(60);
	}

	private void call(String canary, int leaveAfter, String fault, List<String> mixed) {
		String ask = TestGateway.ask("openai:" + canary, "hello [[sim: output=10 delay=5ms" + fault + "]]",
				",\"stream\":true");
		try (Wire wire = Wire.post(this.gateway, ask)) {
			if (leaveAfter > 0) {
				wire.readEvents(leaveAfter);
				return;
			}
			String seen = wire.readToEnd();
			if (!seen.contains(canary) || seen.replace(canary, "").contains("canary")) {
				mixed.add(canary);
			}
		}
		catch (IOException ex) {
			if (leaveAfter < 0) {
				mixed.add(canary + ": " + ex);
			}
		}
	}

}
