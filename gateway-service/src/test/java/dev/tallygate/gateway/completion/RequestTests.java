package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Role;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class RequestTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@Test
	void wantsOneGoodKey() throws Exception {
		String body = TestGateway.ask("gpt-4o", "one", "");
		assertThat(post(body).statusCode()).isEqualTo(401);
		assertThat(post(body, "Authorization", "Bearer nobody").statusCode()).isEqualTo(401);
		assertThat(post(body, "Authorization", "Basic " + TestGateway.TOKEN).statusCode()).isEqualTo(401);
		assertThat(post(body, "Authorization", "Bearer " + TestGateway.TOKEN, "x-api-key", "other").statusCode())
			.isEqualTo(401);
		assertThat(post(body, "x-api-key", TestGateway.TOKEN, "x-api-key", TestGateway.TOKEN).statusCode())
			.isEqualTo(401);
		assertThat(post(body, "x-api-key", TestGateway.TOKEN).statusCode()).isEqualTo(200);
		assertThat(
				post(body, "Authorization", "bearer " + TestGateway.TOKEN, "x-api-key", TestGateway.TOKEN).statusCode())
			.isEqualTo(200);
		assertThat(post(body).body()).isEqualTo(post(body, "x-api-key", "wrong").body());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{                       | 400 | invalid_request
			{"messages":1}          | 400 | invalid_request
			{"model":7,"messages":[]} | 400 | invalid_request
			{"model":"nowhere:x","messages":[]} | 400 | unsupported_provider
			{"model":"a/b","messages":[]} | 400 | unsupported_provider
			{"model":"unheard-of","messages":[]} | 404 | model_not_found
			{"model":"openai:","messages":[]} | 404 | model_not_found
			{"model":"openai:a b","messages":[]} | 400 | invalid_request
			{"model":"openai:a\\r\\nx-evil: 1","messages":[]} | 400 | invalid_request
			{"model":"openai:\\u0000","messages":[]} | 400 | invalid_request
			{"model":"anthropic:claude-sonnet-4","messages":[]} | 400 | not_translatable
			""")
	void saysWhatIsWrong(String body, int status, String code) throws Exception {
		HttpResponse<String> answer = gateway.chat(body);

		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
		assertThat(answer.body()).contains("\"error\":{", "\"message\":", "\"code\":\"" + code + '"');
		assertThat(answer.headers().map().keySet()).doesNotContain("x-evil");
		assertThat(gateway.calls.settled()).isEmpty();
		assertThat(gateway.simulator.bill().billed()).isEmpty();
	}

	@Test
	void refusesABodyBeyondTheLimitSoThatTheCallerCanReadIt() throws Exception {
		String large = TestGateway.ask("gpt-4o", "x".repeat(1024 * 1024), "");
		assertThat(gateway.chat(large).statusCode()).isEqualTo(413);

		HttpRequest chunked = HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
			.header("x-api-key", TestGateway.TOKEN)
			.POST(HttpRequest.BodyPublishers.fromPublisher(HttpRequest.BodyPublishers.ofString(large)))
			.build();
		HttpResponse<String> answer = gateway.http.send(chunked, HttpResponse.BodyHandlers.ofString());
		assertThat(answer.statusCode()).isEqualTo(413);
		assertThat(answer.body()).contains("request_too_large");
	}

	/** More than any buffer on the way takes is sent before the answer is looked at. */
	@Test
	void readsOnSoThatTheCallerCanReadTheRefusal() throws Exception {
		try (TestGateway roomy = TestGateway.with().maxBody(DataSize.ofMegabytes(8)).start();
				Wire wire = Wire.post(roomy, TestGateway.ask("gpt-4o", "x".repeat(15 * 1024 * 1024), ""))) {
			assertThat(wire.readToEnd()).startsWith("HTTP/1.1 413").contains("request_too_large");
		}
	}

	@Test
	void refusesBodiesThereIsNoRoomForAndKeepsNone() throws Exception {
		String large = TestGateway.ask("openai:gpt-4o", "x".repeat(300_000) + "[[sim: output=3 delay=300ms]]", "");
		try (TestGateway narrow = TestGateway.with().maxBodies(DataSize.ofKilobytes(500)).start()) {
			try (Wire first = Wire.post(narrow, large)) {
				await().until(() -> narrow.calls.open() == 1);
				HttpResponse<String> second = narrow.chat(large);
				assertThat(second.statusCode()).isEqualTo(503);
				assertThat(second.body()).contains("\"code\":\"overloaded\"");
				assertThat(second.headers().firstValue("retry-after")).isPresent();
				assertThat(first.readToEnd()).startsWith("HTTP/1.1 200");
			}
			await().until(() -> narrow.chat(large).statusCode() == 200);
		}
	}

	@Test
	void oneUserLeavesRoomToOthers() throws Exception {
		String large = TestGateway.ask("openai:gpt-4o", "x".repeat(300_000) + "[[sim: output=3 delay=500ms]]", "");
		try (TestGateway narrow = TestGateway.with()
			.maxBodies(DataSize.ofMegabytes(4))
			.maxBodiesPerUser(DataSize.ofKilobytes(500))
			.start(); Wire first = Wire.post(narrow, large)) {
			await().until(() -> narrow.calls.open() == 1);
			assertThat(narrow.chat(large).body()).contains("one user may have");
			narrow.callers.put("another",
					new Caller(new UserId(UUID.randomUUID()), TestGateway.KEY, KeyType.DEV, Role.MEMBER, null, null));
			HttpResponse<String> other = narrow.http.send(HttpRequest.newBuilder(narrow.uri("/v1/chat/completions"))
				.header("x-api-key", "another")
				.POST(HttpRequest.BodyPublishers.ofString(large))
				.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(other.statusCode()).as(other.body()).isEqualTo(200);
			assertThat(first.readToEnd()).startsWith("HTTP/1.1 200");
		}
	}

	@Test
	void aLargeRequestTakesNoRoomOnceItsStreamHasBegun() throws Exception {
		String large = TestGateway.ask("openai:gpt-4o", "x".repeat(300_000) + "[[sim: output=40 delay=100ms]]",
				",\"stream\":true");
		try (TestGateway narrow = TestGateway.with().maxBodies(DataSize.ofKilobytes(500)).start();
				Wire first = Wire.post(narrow, large)) {
			await().until(() -> !narrow.simulator.bill().open().isEmpty()
					&& narrow.simulator.bill().open().getFirst().words() > 2);
			assertThat(narrow.calls.open()).isEqualTo(1);
			HttpResponse<String> second = narrow.chat(large.replace("output=40 delay=100ms", "output=3"));
			assertThat(second.statusCode()).as(second.body()).isEqualTo(200);
			assertThat(first.readToEnd()).startsWith("HTTP/1.1 200").contains("[DONE]");
		}
	}

	/** What is announced and never sent takes no memory. */
	@Test
	void anAnnouncedBodyTakesNoRoomBeforeItComes() throws Exception {
		byte[] head = ("POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nx-api-key: " + TestGateway.TOKEN
				+ "\r\nContent-Length: 1000000\r\n\r\n{")
			.getBytes(StandardCharsets.US_ASCII);
		try (TestGateway narrow = TestGateway.with().maxBodies(DataSize.ofKilobytes(500)).start();
				Wire one = Wire.send(narrow, head);
				Wire other = Wire.send(narrow, head)) {
			assertThat(narrow.chat(TestGateway.ask("gpt-4o", "one", "")).statusCode()).isEqualTo(200);
			assertThat(one.readToEnd()).startsWith("HTTP/1.1 400");
			assertThat(other.readToEnd()).startsWith("HTTP/1.1 400");
		}
	}

	@Test
	void aBodyThatTricklesInIsGivenUp() throws Exception {
		byte[] head = ("POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nx-api-key: " + TestGateway.TOKEN
				+ "\r\nTransfer-Encoding: chunked\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII);
		try (Wire wire = Wire.send(gateway, head)) {
			assertThat(wire.trickle("1\r\n{\r\n", Duration.ofMillis(100), Duration.ofSeconds(20)))
				.startsWith("HTTP/1.1 400");
		}
	}

	@Test
	void refusesACompressedBodyAndOneThatEndsEarly() throws Exception {
		assertThat(gateway.chat("{}", "Content-Encoding", "gzip").statusCode()).isEqualTo(400);
		try (Wire wire = Wire.send(gateway,
				("POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nx-api-key: " + TestGateway.TOKEN
						+ "\r\nContent-Length: 100\r\n\r\n{\"model\":")
					.getBytes(StandardCharsets.US_ASCII))) {
			assertThat(wire.readToEnd()).startsWith("HTTP/1.1 400");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/chat/completions/", "/v1/chat//completions", "/v1/nothing" })
	void thereIsNothingElse(String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(gateway.uri(path))
			.header("x-api-key", TestGateway.TOKEN)
			.POST(HttpRequest.BodyPublishers.ofString("{}"))
			.build();
		assertThat(gateway.http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(404);
	}

	@Test
	void resolvesTheModelInOrder() throws Exception {
		String unnamed = "{\"messages\":[{\"role\":\"user\",\"content\":\"one\"}]}";
		assertThat(modelOf(gateway.chat(unnamed))).isEqualTo("ollama:llama3.1");
		gateway.preferredModel = "gpt-4o";
		assertThat(modelOf(gateway.chat(unnamed))).isEqualTo("openai:gpt-4o");
		gateway.agents.put("mini", "openai/gpt-4o-mini");
		gateway.agents.put("plain", "");
		assertThat(modelOf(gateway.chat(unnamed, "x-tallygate-agent", "mini"))).isEqualTo("openai:gpt-4o-mini");
		assertThat(modelOf(gateway.chat(unnamed, "x-tallygate-agent", "plain"))).isEqualTo("openai:gpt-4o");
		assertThat(modelOf(gateway.chat(TestGateway.ask("auto", "one", ""), "x-tallygate-agent", "mini")))
			.isEqualTo("openai:gpt-4o-mini");
		assertThat(modelOf(gateway.chat(TestGateway.ask("gpt-4o", "one", ""), "x-tallygate-agent", "mini")))
			.isEqualTo("openai:gpt-4o");
		HttpResponse<String> unknown = gateway.chat(TestGateway.ask("gpt-4o", "one", ""), "x-tallygate-agent", "none");
		assertThat(unknown.statusCode()).isEqualTo(404);
		assertThat(unknown.body()).contains("agent_not_found");
	}

	@Test
	void aKeyMayBeHeldToSomeModels() throws Exception {
		gateway.callers.put("restricted",
				new Caller(TestGateway.USER, TestGateway.KEY, KeyType.DEV, Role.MEMBER, Set.of("gpt-4o-mini"), null));

		assertThat(post(TestGateway.ask("openai:gpt-4o-mini", "one", ""), "x-api-key", "restricted").statusCode())
			.isEqualTo(200);
		HttpResponse<String> other = post(TestGateway.ask("gpt-4o", "one", ""), "x-api-key", "restricted");
		assertThat(other.statusCode()).isEqualTo(403);
		assertThat(other.body()).contains("model_not_allowed");
	}

	@Test
	void anExhaustedBudgetIs402ThatSaysHowMuchFits() throws Exception {
		gateway.calls.refuse(new Refusal.OverLimit(Limit.BUDGET, NanoUsd.ofCents(1), new NanoUsd(9_000_000),
				NanoUsd.ZERO, new NanoUsd(5_000_000), 100L, Instant.parse("2026-12-01T00:00:00Z"), null));
		HttpResponse<String> hard = gateway.chat(TestGateway.ask("gpt-4o", "one", ",\"max_tokens\":500"));
		assertThat(hard.statusCode()).isEqualTo(402);
		assertThat(hard.headers().firstValue("x-should-retry")).contains("false");
		assertThat(hard.headers().firstValue("retry-after")).isEmpty();
		assertThat(hard.body()).contains("budget_exceeded", "\"largestMaxTokens\":100", "\"leftNanos\":1000000",
				"\"neededNanos\":5000000", "2026-12-01T00:00:00Z");

		gateway.calls
			.refuse(new Refusal.OverLimit(Limit.CREDITS, NanoUsd.ofCents(1), NanoUsd.ZERO, new NanoUsd(9_000_000),
					new NanoUsd(5_000_000), null, Instant.parse("2026-12-01T00:00:00Z"), Duration.ofSeconds(2)));
		HttpResponse<String> soon = gateway.chat(TestGateway.ask("gpt-4o", "one", ""));
		assertThat(soon.statusCode()).isEqualTo(402);
		assertThat(soon.headers().firstValue("x-should-retry")).contains("true");
		assertThat(soon.headers().firstValue("retry-after")).contains("2");
		assertThat(soon.body()).contains("credits_exhausted");
	}

	@Test
	void asManyOpenCallsAsAUserMayHaveIs429() throws Exception {
		gateway.calls.refuse(new Refusal.TooManyOpenCalls(512, Duration.ofSeconds(1)));

		HttpResponse<String> answer = gateway.chat(TestGateway.ask("gpt-4o", "one", ""));

		assertThat(answer.statusCode()).isEqualTo(429);
		assertThat(answer.headers().firstValue("retry-after")).contains("1");
		assertThat(answer.body()).contains("\"code\":\"rate_limited\"", "512");
	}

	@Test
	void noFreeConnectionToTheProviderIs503AndLeavesNoTrace() throws Exception {
		try (TestGateway narrow = TestGateway.with().maxConnections(1).start();
				Wire first = Wire.post(narrow,
						TestGateway.ask("gpt-4o", "one [[sim: output=500 delay=20ms]]", ",\"stream\":true"))) {
			first.readEvents(1);

			HttpResponse<String> second = narrow.chat(TestGateway.ask("gpt-4o", "one", ""));

			assertThat(second.statusCode()).isEqualTo(503);
			assertThat(second.body()).contains("\"code\":\"overloaded\"");
			assertThat(second.headers().firstValue("retry-after")).isPresent();
			assertThat(narrow.calls.settled()).isEmpty();
			assertThat(narrow.calls.voided()).isEqualTo(1);
		}
	}

	@Test
	void aBudgetNobodyKnowsIs503() throws Exception {
		gateway.calls.refuse(new Refusal.BudgetUnavailable(Duration.ofSeconds(5)));

		HttpResponse<String> answer = gateway.chat(TestGateway.ask("gpt-4o", "one", ""));

		assertThat(answer.statusCode()).isEqualTo(503);
		assertThat(answer.headers().firstValue("retry-after")).contains("5");
		assertThat(answer.body()).contains("budget_unavailable");
	}

	/**
	 * Whatever a caller writes, the key goes to the provider it belongs to and nowhere
	 * else.
	 */
	@Test
	void noKeyFollowsTheCallersWishes() throws Exception {
		try (CaptureServer elsewhere = new CaptureServer("{}")) {
			String there = elsewhere.url();
			String more = ",\"api_base\":\"" + there + "\",\"base_url\":\"" + there + "\",\"host\":\"" + there
					+ "\",\"extra_body\":{\"api_base\":\"" + there + "\"},\"user_config\":{\"base_url\":\"" + there
					+ "\"}";
			HttpResponse<String> answer = gateway.chat(TestGateway.ask("gpt-4o", "one", more), "X-Forwarded-Host",
					there, "x-base-url", there, "openai-base-url", there, "X-Forwarded-For", "127.0.0.1");

			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(elsewhere.requests()).isEmpty();
			for (String model : List.of("openai:../../x", "openai:" + there + "/x", "openai://x")) {
				gateway.chat(TestGateway.ask(model, "one", ""));
			}
			assertThat(elsewhere.requests()).isEmpty();
		}
	}

	@Test
	void onlyAFewHeadersGoOnAndNoneOfTheIdentity() throws Exception {
		try (CaptureServer provider = new CaptureServer("{\"choices\":[]}")) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");
			gateway.chat(TestGateway.ask("manus:m", "one", ""), "X-User-Id", "admin", "Cookie", "a=b",
					"X-Forwarded-For", "1.2.3.4", "OpenAI-Organization", "org-x", "OpenAI-Beta", "assistants=v2",
					"x-api-key", TestGateway.TOKEN);

			String sent = provider.requests().getFirst();
			assertThat(sent).contains("Authorization: Bearer sk-the-users-own-key", "OpenAI-Beta: assistants=v2")
				.doesNotContain(TestGateway.TOKEN, "X-User-Id", "Cookie", "X-Forwarded", "org-x");
		}
	}

	@Test
	void redirectsAreNotFollowed() throws Exception {
		try (CaptureServer there = new CaptureServer("{}");
				CaptureServer provider = CaptureServer.answering("HTTP/1.1 307 Temporary Redirect\r\nLocation: "
						+ there.url() + "/v1/chat/completions\r\nContent-Length: 0\r\n\r\n")) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");

			HttpResponse<String> answer = gateway.chat(TestGateway.ask("manus:m", "one", ""));

			assertThat(answer.statusCode()).isEqualTo(502);
			assertThat(answer.headers().firstValue("location")).isEmpty();
			assertThat(there.requests()).isEmpty();
		}
	}

	@Test
	void aKeyTheProviderSendsBackNeverReachesTheCaller() throws Exception {
		String key = "sk-the-users-own-key";
		String body = "{\"choices\":[],\"echo\":\"Bearer " + key + "\"}";
		try (CaptureServer provider = CaptureServer
			.answering("HTTP/1.1 200 " + key + "\r\nContent-Type: application/json\r\nopenai-version: " + key
					+ "\r\nX-Echo: " + key + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, key);

			HttpResponse<String> answer = gateway.chat(TestGateway.ask("manus:m", "one", ""));

			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.body()).doesNotContain(key).hasSize(body.length());
			assertThat(answer.headers().map().toString()).doesNotContain(key);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "garbage\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
			"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort" })
	void whatIsNoHttpIs502(String garbage) throws Exception {
		try (CaptureServer provider = CaptureServer.answering(garbage)) {
			gateway.revealAt("manus", URI.create(provider.url() + "/v1"), Credential.USER, "sk-the-users-own-key");

			HttpResponse<String> answer = gateway.chat(TestGateway.ask("manus:m", "one", ""));

			assertThat(answer.statusCode()).isEqualTo(502);
			assertThat(answer.body()).contains("provider_error");
			assertThat(gateway.calls.open()).isZero();
		}
	}

	private static String modelOf(HttpResponse<String> answer) {
		return answer.headers().firstValue("x-tallygate-model").orElse(answer.body());
	}

	private static HttpResponse<String> post(String body, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri("/v1/chat/completions"))
			.POST(HttpRequest.BodyPublishers.ofString(body));
		for (int i = 0; i < headers.length; i += 2) {
			request.header(headers[i], headers[i + 1]);
		}
		return gateway.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

}
