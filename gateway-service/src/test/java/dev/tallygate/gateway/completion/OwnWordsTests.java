package dev.tallygate.gateway.completion;

import static dev.tallygate.events.UsageSettled.Operation.MESSAGES;
import static dev.tallygate.events.UsageSettled.Operation.RESPONSES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.gateway.admission.Refusal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a caller is told to do is said in the words of its own wire.
 */
class OwnWordsTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	@ParameterizedTest
	@EnumSource
	void aKeyIsAskedForInTheHeadersOfTheWire(Road road) throws Exception {
		HttpResponse<String> answer = gateway.post(road.path, road.ask("one", ""), "Authorization", "Bearer nobody");

		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.body()).contains("Send a valid Tallygate API key as", "'Authorization: Bearer <key>'");
		assertThat(answer.body().contains("x-api-key")).isEqualTo(road.caller == MESSAGES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/messages/count_tokens", "/v1/messages/nothing", "/v1/models" })
	void soItIsBesideTheWire(String path) throws Exception {
		HttpResponse<String> answer = gateway.post(path, "{}", "Authorization", "Bearer nobody", "anthropic-version",
				"2023-06-01");

		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.body()).startsWith("{\"type\":\"error\"").contains("'x-api-key: <key>'");
	}

	@ParameterizedTest
	@CsvSource({ "/chat/completions, POST", "/responses, POST", "/embeddings, POST", "/models, GET",
			"/messages, POST" })
	void aBaseWithoutItsVersionIsNamed(String path, String method) throws Exception {
		HttpResponse<String> answer = gateway.http.send(HttpRequest.newBuilder(gateway.uri(path))
			.method(method, HttpRequest.BodyPublishers.ofString("{}"))
			.header("Authorization", "Bearer " + TestGateway.TOKEN)
			.build(), HttpResponse.BodyHandlers.ofString());

		assertThat(answer.statusCode()).isEqualTo(404);
		assertThat(answer.body()).contains("Set your SDK's base URL to the gateway's address with /v1 at its end.")
			.startsWith(path.equals("/messages") ? "{\"type\":\"error\"" : "{\"error\":");
	}

	@ParameterizedTest
	@CsvSource({ "CHAT_ON_MESSAGES, messages[0].content", "MESSAGES_ON_CHAT, messages[0].content",
			"RESPONSES_ON_CHAT, input" })
	void whatMayBeATextIsNotAskedForAsAListAlone(Road road, String member) throws Exception {
		HttpResponse<String> answer = gateway.post(road.path, road.ask("one", "").replace("\"one\"", "5"));

		assertThat(answer.statusCode()).isEqualTo(400);
		assertThat(answer.body()).contains("'" + member + "' must be a string or a list.");
	}

	@ParameterizedTest
	@EnumSource
	void whatWouldFitIsCalledAsTheWireCallsIt(Road road) throws Exception {
		gateway.calls.refuse(new Refusal.OverLimit(Limit.BUDGET, NanoUsd.ofCents(150), NanoUsd.ofCents(100),
				NanoUsd.ZERO, NanoUsd.ofCents(80), 77L, Instant.parse("2026-12-01T00:00:00Z"), null));

		HttpResponse<String> answer = gateway.post(road.path, road.ask("one", ""));

		assertThat(answer.statusCode()).isEqualTo(402);
		assertThat(answer.body()).contains((road.caller == RESPONSES) ? "The largest max_output_tokens that fits is 77."
				: "The largest max_tokens that fits is 77.", "\"largestMaxTokens\":77");
	}

}
