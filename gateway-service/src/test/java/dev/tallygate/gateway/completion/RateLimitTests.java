package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.limits.RateLimitProperties.PerMinute;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class RateLimitTests {

	private static final String COUNT_TOKENS = "/v1/messages/count_tokens";

	private static final PerMinute NONE = new PerMinute(0, 0);

	@Test
	void saysHowItsLimitsStandAndRefusesBeyondThem() throws Exception {
		try (TestGateway gateway = TestGateway.with().rates(new PerMinute(3, 0), new PerMinute(0, 1000)).start()) {
			HttpResponse<String> first = gateway.chat(TestGateway.ask("gpt-4o-mini", "one [[sim: output=200]]", ""));
			assertThat(first.statusCode()).isEqualTo(200);
			assertThat(header(first, "x-ratelimit-limit-requests")).isEqualTo("3");
			assertThat(header(first, "x-ratelimit-remaining-requests")).isEqualTo("2");
			assertThat(header(first, "x-ratelimit-reset-requests")).endsWith("s");
			assertThat(header(first, "x-ratelimit-limit-tokens")).isEqualTo("1000");
			HttpResponse<String> second = gateway.chat(TestGateway.ask("gpt-4o-mini", "two", ""));
			assertThat(Long.parseLong(header(second, "x-ratelimit-remaining-tokens"))).as("the answer counts")
				.isLessThan(850);
			gateway.chat(TestGateway.ask("gpt-4o-mini", "three", ""));
			HttpResponse<String> fourth = gateway.chat(TestGateway.ask("gpt-4o-mini", "four", ""));
			assertThat(fourth.statusCode()).isEqualTo(429);
			assertThat(fourth.body()).contains("\"code\":\"rate_limited\"", "the requests of this minute");
			assertThat(Long.parseLong(header(fourth, "retry-after"))).isBetween(1L, 20L);
			assertThat(header(fourth, "x-ratelimit-remaining-requests")).isEqualTo("0");
			assertThat(gateway.calls.settled()).hasSize(3);
		}
	}

	/** Whoever has a stream cut, or leaves, has had what came all the same. */
	@ParameterizedTest
	@ValueSource(strings = { "fault=reset@200", "fault=fin@200", "gone" })
	void aBrokenStreamCountsWhatItDelivered(String how) throws Exception {
		try (TestGateway gateway = TestGateway.with().rates(new PerMinute(0, 1000), NONE).start()) {
			boolean gone = "gone".equals(how);
			String request = TestGateway.ask("gpt-4o-mini",
					"one [[sim: output=300 " + (gone ? "delay=5ms" : how) + "]]", ",\"stream\":true");
			try (Wire wire = Wire.post(gateway, request)) {
				if (gone) {
					wire.readEvents(200);
				}
				else {
					wire.readToEnd();
				}
			}
			await().until(() -> gateway.calls.settled().size() == 1);
			assertThat(gateway.calls.theOne().outputTokens()).isGreaterThan(150);
			await().untilAsserted(() -> assertThat(
					Long.parseLong(header(gateway.chat(TestGateway.ask("gpt-4o-mini", "two [[sim: output=1]]", "")),
							"x-ratelimit-remaining-tokens")))
				.isLessThan(900));
		}
	}

	/** A call that is made at another provider takes its input once. */
	@Test
	void aFallbackCountsItsInputOnce() throws Exception {
		try (TestGateway gateway = TestGateway.with()
			.rates(new PerMinute(0, 100_000), NONE)
			.fallbacks(Map.of("openai:gpt-4o", List.of("manus:m")))
			.start()) {
			gateway.revealAt("openai", URI.create("http://127.0.0.1:1/v1"), Credential.SYSTEM, TestGateway.SYSTEM_KEY);
			HttpResponse<String> answer = gateway
				.chat(TestGateway.ask("openai:gpt-4o", "[[sim: input=3000 output=1]]" + " one".repeat(3000), ""));
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
			assertThat(Long.parseLong(header(gateway.chat(TestGateway.ask("gpt-4o-mini", "two [[sim: output=1]]", "")),
					"x-ratelimit-remaining-tokens")))
				.isLessThan(98_000);
		}
	}

	@ParameterizedTest
	@EnumSource
	void everyWireHasItsOwnHeaders(Road road) throws Exception {
		String ours = (road.caller == Operation.MESSAGES) ? "anthropic-ratelimit-" : "x-ratelimit-";
		String others = (road.caller == Operation.MESSAGES) ? "x-ratelimit-" : "anthropic-ratelimit-";
		try (TestGateway gateway = TestGateway.with().rates(new PerMinute(4, 0), new PerMinute(0, 100_000)).start()) {
			List<String> directives = List.of("output=2", "output=2", "status=422", "fault=error-first", "output=2");
			for (int i = 0; i < directives.size(); i++) {
				HttpResponse<String> answer = gateway.post(road.path,
						road.ask("one " + i + " [[sim: " + directives.get(i) + "]]",
								(i == 1 || i == 3) ? ",\"stream\":true" : ""));
				assertThat(answer.statusCode()).as(answer.body())
					.matches((i < 2) ? (status) -> status == 200 : (status) -> status >= 400);
				assertThat(limit(answer, ours, "requests", "limit")).isEqualTo("4");
				assertThat(limit(answer, ours, "requests", "remaining"))
					.isEqualTo(Integer.toString(Math.max(0, 3 - i)));
				assertThat(limit(answer, ours, "tokens", "limit")).isEqualTo("100000");
				assertThat(Long.parseLong(limit(answer, ours, "tokens", "remaining"))).isBetween(1L, 100_000L);
				assertReset(road, limit(answer, ours, "requests", "reset"));
				assertThat(answer.headers().map().keySet()).noneMatch((name) -> name.startsWith(others));
				if (i == 4) {
					assertThat(answer.statusCode()).isEqualTo(429);
					assertThat(answer.body()).contains("\"code\":\"rate_limited\"", "rate_limit_error");
					assertThat(Long.parseLong(header(answer, "retry-after"))).isBetween(1L, 15L);
				}
			}
			assertThat(gateway.calls.requests()).hasSize(4);
		}
	}

	/** A caller is bound by both, and paces itself by what it is told. */
	@ParameterizedTest
	@CsvSource({ "CHAT,4,4,3,", "CHAT,100000,500,499,120ms", "MESSAGES,4,4,3,",
			"MESSAGES,100000,50,49,2026-12-01T00:00:00Z" })
	void besideThoseOfTheCallersOwnProviderTheTighterAreTold(Road road, long ours, String limit, String remaining,
			@Nullable String reset) throws Exception {
		String family = (road.caller == Operation.MESSAGES) ? "anthropic-ratelimit-" : "x-ratelimit-";
		try (TestGateway gateway = TestGateway.with().rates(new PerMinute(ours, 1_000_000), NONE).start()) {
			gateway.reveal("manus", Credential.USER, "sk-sim-own-key-9876543210");
			gateway.reveals.put("anthropic", gateway.anthropic(Credential.USER, "sk-sim-own-key-9876543210"));
			for (String more : List.of("", ",\"stream\":true")) {
				HttpResponse<String> answer = gateway.post(road.path,
						road.ask("one" + more.length() + " [[sim: output=2 ratelimit]]", more));
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
				String left = (more.isEmpty() || reset != null) ? remaining : "2";
				assertThat(limit(answer, family, "requests", "limit")).isEqualTo(limit);
				assertThat(limit(answer, family, "requests", "remaining")).isEqualTo(left);
				assertThat(limit(answer, family, "requests", "reset")).satisfies((said) -> {
					if (reset != null) {
						assertThat(said).isEqualTo(reset);
					}
					else {
						assertReset(road, said);
					}
				});
				assertThat(limit(answer, family, "tokens", "limit")).as("which it does not limit").isEqualTo("1000000");
			}
		}
	}

	@Test
	void embeddingsHaveThoseOfOpenAi() throws Exception {
		try (TestGateway gateway = TestGateway.with().rates(new PerMinute(1, 0), NONE).start()) {
			String body = "{\"model\":\"openai:gpt-4o\",\"input\":\"one\"}";
			assertThat(header(gateway.post("/v1/embeddings", body), "x-ratelimit-remaining-requests")).isEqualTo("0");
			HttpResponse<String> second = gateway.post("/v1/embeddings", body);
			assertThat(second.statusCode()).isEqualTo(429);
			assertThat(Long.parseLong(header(second, "retry-after"))).isBetween(1L, 60L);
		}
	}

	/** It costs nothing, and wears out the operator's account all the same. */
	@Test
	void countingTokensIsARequestWithoutTokens() throws Exception {
		try (TestGateway gateway = TestGateway.with().rates(new PerMinute(4, 0), new PerMinute(0, 5)).start()) {
			String body = TestGateway.ask("anthropic:claude-sonnet-4", "one two three four five six seven", "");
			for (int i = 0; i < 3; i++) {
				HttpResponse<String> answer = gateway.post(COUNT_TOKENS, body);
				assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
				assertThat(header(answer, "anthropic-ratelimit-requests-remaining")).isEqualTo(Integer.toString(3 - i));
				assertThat(header(answer, "anthropic-ratelimit-tokens-remaining")).isEqualTo("5");
			}
			gateway.reveals.put("anthropic", gateway.anthropicAt("http://127.0.0.1:1/v1"));
			gateway.keys.invalidateAll();
			HttpResponse<String> away = gateway.post(COUNT_TOKENS, body);
			assertThat(away.statusCode()).as(away.body()).isEqualTo(502);
			assertThat(header(away, "anthropic-ratelimit-requests-remaining")).isEqualTo("0");
			HttpResponse<String> refused = gateway.post(COUNT_TOKENS, body);
			assertThat(refused.statusCode()).isEqualTo(429);
			assertThat(refused.body()).startsWith("{\"type\":\"error\"")
				.contains("rate_limit_error", "\"code\":\"rate_limited\"", "the requests of this minute");
			assertThat(header(refused, "anthropic-ratelimit-requests-limit")).isEqualTo("4");
			assertThat(Long.parseLong(header(refused, "retry-after"))).isBetween(1L, 15L);
			assertThat(gateway.chat(TestGateway.ask("gpt-4o-mini", "one", "")).statusCode()).as("of one minute")
				.isEqualTo(429);
			assertThat(gateway.calls.requests()).isEmpty();
			assertThat(gateway.meters.counter("tallygate.calls.refused", "code", "rate_limited").count()).isEqualTo(2);
		}
	}

	/** A refused cancel would cost money. */
	@Test
	void readingAKeptResponseIsARequestAndEndingItIsNot() throws Exception {
		try (TestGateway gateway = TestGateway.with().rates(new PerMinute(3, 0), NONE).start()) {
			String made = gateway
				.post("/v1/responses", Road.RESPONSES.ask("one [[sim: ready=60s]]", ",\"background\":true"))
				.body();
			String path = "/v1/responses/" + JsonMapper.shared().readTree(made).path("id").stringValue();
			assertThat(header(send(gateway, "GET", path, 200), "x-ratelimit-remaining-requests")).isEqualTo("1");
			assertThat(header(send(gateway, "GET", path + "/input_items", 200), "x-ratelimit-remaining-requests"))
				.isEqualTo("0");
			assertThat(send(gateway, "GET", path, 429).body()).startsWith("{\"error\":")
				.contains("\"code\":\"rate_limited\"");
			assertThat(send(gateway, "GET", "/v1/responses/resp_nobody", 404).headers().map().keySet())
				.noneMatch((name) -> name.contains("ratelimit"));
			assertThat(send(gateway, "POST", path + "/cancel", 200).headers().map().keySet())
				.noneMatch((name) -> name.contains("ratelimit"));
			send(gateway, "DELETE", path, 200);
			send(gateway, "GET", "/v1/models", 200);
		}
	}

	private static HttpResponse<String> send(TestGateway gateway, String method, String path, int expected)
			throws Exception {
		HttpResponse<String> answer = gateway.http.send(HttpRequest.newBuilder(gateway.uri(path))
			.header("Authorization", "Bearer " + TestGateway.TOKEN)
			.method(method, HttpRequest.BodyPublishers.noBody())
			.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(expected);
		return answer;
	}

	/** The SDKs of one write a time to wait, those of the other a time of day. */
	private static void assertReset(Road road, String reset) {
		if (road.caller == Operation.MESSAGES) {
			assertThat(Instant.parse(reset)).isBetween(Instant.now().minusSeconds(5), Instant.now().plusSeconds(70));
		}
		else {
			assertThat(reset).matches("(\\d+m)?\\d+(\\.\\d+)?m?s");
		}
	}

	private static String limit(HttpResponse<String> answer, String family, String what, String which) {
		return header(answer, family.startsWith("x") ? family + which + '-' + what : family + what + '-' + which);
	}

	@Test
	void hasNoSuchHeadersByDefault() throws Exception {
		try (TestGateway gateway = TestGateway.with().rates(NONE, NONE).start()) {
			assertThat(gateway.chat(TestGateway.ask("gpt-4o-mini", "one", "")).headers().map().keySet())
				.noneMatch((name) -> name.contains("ratelimit"));
		}
	}

	@Test
	void stopsAPromptThatComesAgainAndAgain() throws Exception {
		try (TestGateway gateway = TestGateway.with().repeats(20).start()) {
			for (int i = 0; i < 20; i++) {
				assertThat(gateway.chat(TestGateway.ask("gpt-4o-mini", "loop", "")).statusCode()).isEqualTo(200);
			}
			for (int i = 0; i < 3; i++) {
				HttpResponse<String> stopped = gateway.chat(TestGateway.ask("gpt-4o-mini", "loop", ""));
				assertThat(stopped.statusCode()).isEqualTo(429);
				assertThat(stopped.body()).contains("\"code\":\"rate_limited\"", "The same prompt came");
				assertThat(Long.parseLong(header(stopped, "retry-after"))).isBetween(1L, 60L);
			}
			assertThat(gateway.chat(TestGateway.ask("gpt-4o-mini", "other", "")).statusCode()).isEqualTo(200);
			assertThat(gateway.calls.settled()).hasSize(21);
			assertThat(gateway.calls.repeats()).containsExactly(21, 22, 23);
			assertThat(gateway.meters.counter("tallygate.calls.refused", "code", "rate_limited").count())
				.as("refusals of one prompt count once")
				.isEqualTo(1);
		}
	}

	private static String header(HttpResponse<String> answer, String name) {
		return answer.headers().firstValue(name).orElseThrow();
	}

}
