package dev.tallygate.gateway.completion;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * Calls the simulator without a gateway, to compare.
 */
final class Direct {

	private Direct() {
	}

	static HttpResponse<String> chat(TestGateway gateway, String body) throws Exception {
		HttpRequest request = HttpRequest
			.newBuilder(URI.create(gateway.simulator.baseUrl("openai") + "/chat/completions"))
			.header("Authorization", "Bearer " + TestGateway.SYSTEM_KEY)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
		return gateway.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * Without what differs from answer to answer, heartbeats on a slow machine included.
	 */
	static String normalised(String body) {
		return body.replace(": still working\n\n", "")
			.replaceAll("chatcmpl-sim\\d+", "chatcmpl-sim")
			.replaceAll("\"created\":\\d+", "\"created\":0");
	}

}
