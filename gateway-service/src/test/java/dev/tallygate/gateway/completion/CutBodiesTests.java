package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A request of which the end never comes, whether the container reads it or the direct
 * connections do: whoever still listens is told, and nothing is asked of a provider.
 */
class CutBodiesTests {

	private static final String BEGUN = "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"con";

	private static final String WHOLE = TestGateway.ask("gpt-4o-mini", "one", "");

	@ParameterizedTest
	@CsvSource({ "false,false", "false,true", "true,false", "true,true" })
	void aBodyThatEndsEarlyIsRefusedAndNothingIsBooked(boolean direct, boolean chunked) throws Exception {
		try (TestGateway gateway = gateway(direct)) {
			for (String path : new String[] { "/v1/chat/completions", "/v1/messages" }) {
				String answer;
				try (Wire wire = Wire.send(gateway, request(path, BEGUN, chunked))) {
					wire.sendNoMore();
					answer = wire.readToEnd();
				}
				assertThat(answer).startsWith("HTTP/1.1 400").contains("application/json", "invalid_request");
				assertThat(answer.split("HTTP/1.1 ", -1)).as("one answer").hasSize(2);
			}
			assertNothingHappened(gateway);
		}
	}

	/** What came may look whole, and is not what was to be sent. */
	@ParameterizedTest
	@CsvSource({ "false,false", "false,true", "true,false", "true,true" })
	void whatLooksWholeIsRefusedWhereMoreWasToCome(boolean direct, boolean chunked) throws Exception {
		try (TestGateway gateway = gateway(direct)) {
			try (Wire wire = Wire.send(gateway, request("/v1/chat/completions", WHOLE, chunked))) {
				wire.sendNoMore();
				assertThat(wire.readToEnd()).startsWith("HTTP/1.1 400").contains("invalid_request");
			}
			assertNothingHappened(gateway);
		}
	}

	@ParameterizedTest
	@CsvSource({ "false,false", "false,true", "true,false", "true,true" })
	void whoIsGoneIsForgotten(boolean direct, boolean chunked) throws Exception {
		try (TestGateway gateway = gateway(direct)) {
			for (int i = 0; i < 20; i++) {
				Wire.send(gateway, request("/v1/chat/completions", WHOLE, chunked)).close();
			}
			await().until(() -> gateway.open.count() == 0);
			assertNothingHappened(gateway);
		}
	}

	private static TestGateway gateway(boolean direct) {
		return direct ? TestGateway.start() : TestGateway.with().byContainer().start();
	}

	private static byte[] request(String path, String sent, boolean chunked) {
		String framing = chunked ? "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(sent.length()) + "\r\n"
				: "Content-Length: " + (sent.length() + 100) + "\r\n\r\n";
		return ("POST " + path + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + TestGateway.TOKEN
				+ "\r\nContent-Type: application/json\r\n" + framing + sent + (chunked ? "\r\n" : ""))
			.getBytes(StandardCharsets.UTF_8);
	}

	private static void assertNothingHappened(TestGateway gateway) throws Exception {
		assertThat(gateway.calls.requests()).isEmpty();
		assertThat(gateway.calls.settled()).isEmpty();
		assertThat(gateway.simulator.bill().billed()).isEmpty();
		assertThat(gateway.chat(WHOLE).statusCode()).as("the next one").isEqualTo(200);
	}

}
