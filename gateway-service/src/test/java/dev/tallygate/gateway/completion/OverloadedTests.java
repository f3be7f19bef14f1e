package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UsageSettled.Status;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a provider that has no room is told, on every road. Only a provider's own 529 is
 * {@code overloaded_error}: after that agents hide what we say and give up sooner.
 */
class OverloadedTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	static Stream<Arguments> statuses() {
		return Stream.of(Road.values())
			.flatMap((road) -> Stream.of(503, 529)
				.flatMap(
						(status) -> Stream.of("", ",\"stream\":true").map((more) -> Arguments.of(road, status, more))));
	}

	@ParameterizedTest
	@MethodSource("statuses")
	void aStatus(Road road, int status, String more) throws Exception {
		try (CaptureServer provider = CaptureServer.answering("HTTP/1.1 " + status
				+ " No room\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"message\":\"busy\"}")) {
			road.leadTo(gateway, provider.url());

			assertOverloaded(road, gateway.post(road.path, road.ask("one", more)), status == 529);
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.FAILED);
			assertThat(gateway.calls.theOne().httpStatus()).isEqualTo(status);
			assertThat(provider.requests()).as("once more, where that harms nobody").hasSize(2);
		}
	}

	/** A stream that begins with an error is none, so it is a status again. */
	@ParameterizedTest
	@EnumSource(names = { "MESSAGES", "CHAT_ON_MESSAGES", "RESPONSES_ON_MESSAGES" })
	void anErrorThatComesFirst(Road road) throws Exception {
		try (CaptureServer provider = CaptureServer.answering("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
				+ "Connection: close\r\n\r\nevent: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
				+ "\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n")) {
			road.leadTo(gateway, provider.url());

			assertOverloaded(road, gateway.post(road.path, road.ask("one", ",\"stream\":true")), true);
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.FAILED);
		}
	}

	/** Later in a stream it is the provider's own word for what ended it. */
	@ParameterizedTest
	@EnumSource(names = { "MESSAGES", "CHAT_ON_MESSAGES", "RESPONSES_ON_MESSAGES" })
	void anErrorThatComesLater(Road road) throws Exception {
		try (CaptureServer provider = CaptureServer.answering("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
				+ "Connection: close\r\n\r\n" + road.begin() + "event: error\ndata: {\"type\":\"error\",\"error\":"
				+ "{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n")) {
			road.leadTo(gateway, provider.url());

			RawAnswer answer = RawAnswer.post(gateway, road.path, road.ask("one", ",\"stream\":true"));

			assertThat(answer.last()).startsWith(road.error()).contains("overloaded_error", "Overloaded");
			assertThat(answer.body().split("Overloaded", -1)).hasSize(2);
			assertThat(gateway.calls.theOne().status()).isEqualTo(Status.INTERRUPTED);
		}
	}

	private static void assertOverloaded(Road road, HttpResponse<String> answer, boolean byItsOwnWord) {
		JsonNode error = JsonMapper.shared().readTree(answer.body()).path("error");
		boolean said = byItsOwnWord && road.caller == Operation.MESSAGES;
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(said ? 529 : 502);
		assertThat(error.path("type").asString()).isEqualTo(said ? "overloaded_error" : "api_error");
		assertThat(error.path("message").asString()).isNotBlank();
		if (!said) {
			assertThat(error.path("code").asString()).isEqualTo("provider_error");
		}
	}

}
