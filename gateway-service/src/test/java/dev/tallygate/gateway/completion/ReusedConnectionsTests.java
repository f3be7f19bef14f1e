package dev.tallygate.gateway.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Status;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A server such as llama.cpp's closes its socket with the last chunk, though it promises
 * to keep it.
 */
class ReusedConnectionsTests {

	@RegisterExtension
	static final TestGateway GATEWAY = TestGateway.start();

	@Test
	void twentyCallsInARowAreTwentyAnswersAndTwentyRows() throws Exception {
		for (int i = 0; i < 20; i++) {
			String stream = (i % 2 == 0) ? ",\"stream\":true" : "";
			HttpResponse<String> answer = GATEWAY
				.chat(TestGateway.ask("gpt-4o-mini", "hi [[sim: output=3 close]]", stream));
			assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		}
		await().until(() -> GATEWAY.calls.settled().size() == 20);
		assertThat(GATEWAY.calls.settled()).extracting(UsageSettled::status).containsOnly(Status.COMPLETED);
		assertThat(GATEWAY.simulator.bill().billed()).hasSize(20);
	}

}
