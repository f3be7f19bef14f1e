package dev.tallygate.simulator;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a simulator of its own.
 */
final class SimulatorClient implements AutoCloseable {

	static final JsonMapper JSON = JsonMapper.shared();

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	final Simulator simulator;

	SimulatorClient() throws IOException {
		this.simulator = Simulator.start(SimulatorConfig.onFreePort());
	}

	HttpResponse<String> send(String method, String path, String body, String key)
			throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.simulator.url() + path))
			.method(method, HttpRequest.BodyPublishers.ofString(body))
			.timeout(Duration.ofSeconds(20))
			.header("authorization", "Bearer " + key)
			.build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString());
	}

	HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		return send("POST", path, body, "sk-sim-x");
	}

	JsonNode json(String path, String body) throws IOException, InterruptedException {
		return JSON.readTree(post(path, body).body());
	}

	/** The data of each event of a stream, but for {@code [DONE]}. */
	List<JsonNode> events(String path, String body) throws IOException, InterruptedException {
		return post(path, body).body()
			.lines()
			.filter((line) -> line.startsWith("data: {"))
			.map((line) -> JSON.readTree(line.substring("data: ".length())))
			.toList();
	}

	BillRow billed() {
		return this.simulator.bill().billed().getLast();
	}

	@Override
	public void close() {
		this.simulator.close();
		this.http.close();
	}

}
