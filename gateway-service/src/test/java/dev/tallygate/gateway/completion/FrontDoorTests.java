package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrontDoorTests {

	@RegisterExtension
	static final TestGateway gateway = TestGateway.start();

	/** Its connection is not simply closed. */
	@ParameterizedTest
	@CsvSource({ "/v1/chat/completions, {\"error\":", "/v1/messages, {\"type\":\"error\"", "/v1/nothing, {\"error\":",
			"/chat/completions, {\"error\":" })
	void whoeverCannotBeRecognisedBecauseOfAFaultOfOursIsTold(String path, String envelope) throws Exception {
		HttpResponse<String> answer = gateway.post(path, "{}", "Authorization", "Bearer " + TestGateway.FAILING_TOKEN);

		assertThat(answer.statusCode()).isEqualTo(500);
		assertThat(answer.body()).startsWith(envelope)
			.contains("\"code\":\"internal_error\"")
			.doesNotContain(TestGateway.FAILING_TOKEN);
	}

}
