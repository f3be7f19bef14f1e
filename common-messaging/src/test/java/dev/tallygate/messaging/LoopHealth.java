package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.springframework.core.env.Environment;

/**
 * Holds a running service to what operators must see of its {@link BackgroundLoop}s.
 */
public final class LoopHealth {

	private LoopHealth() {
	}

	/**
	 * Each loop is alive in the metrics, and one whose thread has ended turns the
	 * service's liveness red for as long as it should run.
	 */
	public static void check(BackgroundLoops watched, Environment environment, String... loops)
			throws IOException, InterruptedException {
		URI actuator = URI.create("http://127.0.0.1:" + environment.getProperty("local.management.port"));
		try (HttpClient client = HttpClient.newHttpClient()) {
			String metrics = get(client, actuator.resolve("/actuator/prometheus")).body();
			for (String loop : loops) {
				assertThat(metrics).containsPattern("tallygate_loop_alive\\{[^}]*loop=\"" + loop + "\"[^}]*} 1.0")
					.containsPattern("tallygate_loop_failures_total\\{[^}]*loop=\"" + loop + "\"");
			}
			URI liveness = actuator.resolve("/actuator/health/liveness");
			assertThat(get(client, liveness).statusCode()).isEqualTo(200);
			try (DeadLoop dead = DeadLoop.among(watched)) {
				assertThat(get(client, liveness).statusCode()).isEqualTo(503);
				assertThat(get(client, actuator.resolve("/actuator/prometheus")).body())
					.containsPattern("tallygate_loop_alive\\{[^}]*loop=\"" + dead.name() + "\"[^}]*} 0.0");
			}
			assertThat(get(client, liveness).statusCode()).isEqualTo(200);
		}
	}

	private static HttpResponse<String> get(HttpClient client, URI uri) throws IOException, InterruptedException {
		return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
	}

}
