package dev.tallygate.keys.provider;

import dev.tallygate.security.secret.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a provider whether it takes a key. The provider's answer is read no further than
 * its status: bodies may echo the key.
 */
@Component
public class ProviderProbe implements AutoCloseable {

	private static final JsonMapper JSON = new JsonMapper();

	private static final String ANTHROPIC_VERSION = "2023-06-01";

	private final HttpClient client;

	private final ProviderProperties.Limits limits;

	private final Semaphore questions;

	ProviderProbe(ProviderProperties properties) {
		this.limits = properties.validation();
		this.questions = new Semaphore(this.limits.maxConcurrent());
		this.client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(this.limits.connectTimeout())
			.followRedirects(HttpClient.Redirect.NEVER)
			.build();
	}

	/**
	 * Asks in the given way, which must not be {@link Validation#NONE}.
	 */
	public Verdict ask(Provider provider, Validation how, Secret key) {
		HttpRequest request = key.useText((text) -> request(provider, how, text));
		try {
			if (!this.questions.tryAcquire(this.limits.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
				return Verdict.UNREACHABLE;
			}
			try {
				return verdict(statusOf(request));
			}
			finally {
				this.questions.release();
			}
		}
		catch (IOException ex) {
			return Verdict.UNREACHABLE;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Verdict.UNREACHABLE;
		}
	}

	/**
	 * Does not wait for the body, which may never end: closing it unread breaks the
	 * connection off.
	 */
	private int statusOf(HttpRequest request) throws IOException, InterruptedException {
		HttpResponse<InputStream> response = this.client.send(request, HttpResponse.BodyHandlers.ofInputStream());
		response.body().close();
		return response.statusCode();
	}

	static Verdict verdict(int status) {
		if (status >= 200 && status < 300) {
			return Verdict.ACCEPTED;
		}
		return (status == 401 || status == 403) ? Verdict.REJECTED : Verdict.UNREACHABLE;
	}

	private HttpRequest request(Provider provider, Validation how, String key) {
		HttpRequest.Builder request = HttpRequest.newBuilder().timeout(this.limits.timeout());
		switch (provider.dialect()) {
			case OPENAI -> request.header("Authorization", "Bearer " + key);
			case ANTHROPIC -> request.header("x-api-key", key).header("anthropic-version", ANTHROPIC_VERSION);
		}
		return switch (how) {
			case MODELS -> request.uri(URI.create(provider.baseUrl() + modelsPath(provider.dialect()))).GET().build();
			case COMPLETION -> request.uri(URI.create(provider.baseUrl() + completionPath(provider.dialect())))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofByteArray(oneToken(provider)))
				.build();
			case NONE -> throw new IllegalArgumentException("there is nothing to ask");
		};
	}

	private static String modelsPath(Dialect dialect) {
		return switch (dialect) {
			case OPENAI -> "/models";
			case ANTHROPIC -> "/models?limit=1";
		};
	}

	private static String completionPath(Dialect dialect) {
		return switch (dialect) {
			case OPENAI -> "/chat/completions";
			case ANTHROPIC -> "/messages";
		};
	}

	private static byte[] oneToken(Provider provider) {
		return JSON.writeValueAsBytes(Map.of("model", provider.validationModel(), "max_tokens", 1, "messages",
				List.of(Map.of("role", "user", "content", "Hi"))));
	}

	@Override
	public void close() {
		this.client.shutdownNow();
	}

}
