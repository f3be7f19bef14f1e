package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.gateway.limits.RateLimitProperties.PerMinute;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RateLimitTests {

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

	@ParameterizedTest
	@CsvSource({ "120,120ms", "1000,1s", "7660,7.66s", "60000,1m0s", "61005,1m1.005s", "0,0ms" })
	void writesTimesAsOpenAiDoes(long millis, String text) {
		assertThat(RateHeaders.text(Duration.ofMillis(millis))).isEqualTo(text);
	}

	private static String header(HttpResponse<String> answer, String name) {
		return answer.headers().firstValue(name).orElseThrow();
	}

}
