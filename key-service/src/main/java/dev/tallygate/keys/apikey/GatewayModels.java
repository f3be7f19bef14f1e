package dev.tallygate.keys.apikey;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The gateway, asked with the caller's own key which models nothing knows. It may be
 * away, and nobody waits long for it.
 */
@Component
class GatewayModels {

	private static final Logger logger = LoggerFactory.getLogger(GatewayModels.class);

	/** More than as many entries as a key may have, each as long as it may be. */
	private static final int MAX_ANSWER = 256 * 1024;

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private final HttpClient client;

	private final URI path;

	private final long timeoutMillis;

	/** Inside the network the gateway may answer elsewhere than outside. */
	GatewayModels(@Value("${tallygate.gateway.internal-url:${tallygate.url:http://localhost:8080}}") URI gateway,
			ApiKeyProperties properties) {
		this.client = HttpClient.newBuilder().connectTimeout(properties.modelsConnectTimeout()).build();
		this.path = URI.create(gateway + "/api/allowed-models");
		this.timeoutMillis = properties.modelsTimeout().toMillis();
	}

	/**
	 * Which of these it does not know; empty when it does not say.
	 * @param authorization the caller's own header
	 */
	Optional<Set<String>> unknown(List<String> models, String authorization) {
		try {
			byte[] body = MAPPER.writeValueAsBytes(Map.of("allowedModels", models));
			return ask(HttpRequest.newBuilder(this.path)
				.header("Authorization", authorization)
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofByteArray(body))
				.build());
		}
		catch (IllegalArgumentException | ExecutionException | TimeoutException | JacksonException ex) {
			return silent(ex.getClass().getSimpleName());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return silent("interrupted");
		}
	}

	private Optional<Set<String>> ask(HttpRequest request)
			throws ExecutionException, TimeoutException, InterruptedException {
		CompletableFuture<HttpResponse<byte[]>> asked = this.client.sendAsync(request,
				HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
		try {
			HttpResponse<byte[]> response = asked.get(this.timeoutMillis, TimeUnit.MILLISECONDS);
			if (response.statusCode() != 200) {
				return silent("status " + response.statusCode());
			}
			Answer answer = MAPPER.readValue(response.body(), Answer.class);
			return (answer != null && answer.unknown() != null) ? Optional.of(new HashSet<>(answer.unknown()))
					: silent("no answer");
		}
		finally {
			asked.cancel(true);
		}
	}

	private static Optional<Set<String>> silent(String why) {
		logger.info("The gateway does not tell which models are unknown: {}", why);
		return Optional.empty();
	}

	/** What it says. */
	private record Answer(@Nullable List<String> unknown) {

	}

}
