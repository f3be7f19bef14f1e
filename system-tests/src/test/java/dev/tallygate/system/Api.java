package dev.tallygate.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * REST with one key.
 */
final class Api {

	static final JsonMapper JSON = JsonMapper.shared();

	private static final HttpClient HTTP = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(5))
		.build();

	/** How long a service may say that something is away before that is a fault. */
	private static final Duration AWAY = Duration.ofSeconds(10);

	private static final Duration AGAIN = Duration.ofMillis(100);

	private final String url;

	private final String key;

	Api(String url, String key) {
		this.url = url;
		this.key = key;
	}

	/**
	 * The JSON of a 200. A 503 says that something is away for a moment, as right after
	 * the database was killed, and is asked again for a while.
	 */
	JsonNode get(String path) {
		long end = System.nanoTime() + AWAY.toNanos();
		HttpResponse<String> response = send("GET", path, "");
		while (response.statusCode() == 503 && System.nanoTime() < end) {
			LockSupport.parkNanos(AGAIN.toNanos());
			response = send("GET", path, "");
		}
		return json(200, "GET " + path, response);
	}

	/** The JSON of an answer with this status. */
	JsonNode expect(int status, String method, String path, String body) {
		return json(status, method + " " + path, send(method, path, body));
	}

	private static JsonNode json(int status, String what, HttpResponse<String> response) {
		if (response.statusCode() != status) {
			throw new AssertionError(what + " answered " + response.statusCode() + ": " + response.body());
		}
		return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
	}

	HttpResponse<String> send(String method, String path, String body) {
		try {
			HttpRequest request = request(method, path, body);
			return method.equals("GET") ? get(request) : HTTP.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Asks once more where a kept connection has died with the process behind it, as any
	 * client may that reads.
	 */
	private static HttpResponse<String> get(HttpRequest request) throws IOException, InterruptedException {
		try {
			return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
		}
		catch (ConnectException | HttpTimeoutException ex) {
			throw ex;
		}
		catch (IOException ex) {
			return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
		}
	}

	private HttpRequest request(String method, String path, String body) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(this.url + path))
			.timeout(Duration.ofSeconds(60));
		if (!this.key.isEmpty()) {
			request.header("authorization", "Bearer " + this.key);
		}
		if (!body.isEmpty()) {
			request.header("content-type", "application/json");
		}
		return request
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
			.build();
	}

}
