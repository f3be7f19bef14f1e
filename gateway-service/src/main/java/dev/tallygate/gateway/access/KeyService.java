package dev.tallygate.gateway.access;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tallygate.events.Credential;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.ProviderSource;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Key-service's internal calls beside introspection. Never logs what it sends or gets.
 */
final class KeyService implements ProviderSource, RevealSource, AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(KeyService.class);

	private static final JsonMapper JSON = JsonMapper.shared();

	private final ServiceClient http;

	private final String base;

	private final String authorization;

	private final Duration timeout;

	KeyService(KeyServiceProperties properties, ServiceCredentials credentials, ServiceClients clients) {
		this.http = clients.client(properties.internalUrl(), properties.connectTimeout());
		this.base = properties.internalUrl().toString().replaceAll("/+$", "");
		this.authorization = credentials.authorization();
		this.timeout = properties.requestTimeout();
	}

	@Override
	public Answer reveal(String token, String provider) {
		try {
			HttpResponse<byte[]> response = this.http
				.send(post("/internal/provider-keys/reveal", Map.of("token", token, "provider", provider)));
			return (response.statusCode() == 200) ? released(response.body()) : Answer.of(refusal(response));
		}
		catch (IOException | JacksonException | IllegalArgumentException ex) {
			LOG.warn("key-service could not be asked for a provider key: {}", ex.getClass().getSimpleName());
			return Answer.of(new Reveal.Unavailable());
		}
	}

	/** Tells that a provider rejected a key; failing to is only logged. */
	void report(UUID credentialId, long version) {
		try {
			HttpResponse<byte[]> response = this.http
				.send(post("/internal/provider-keys/report", Map.of("credentialId", credentialId, "version", version)));
			if (response.statusCode() >= 300) {
				LOG.warn("key-service answered the report of a rejected key with status {}", response.statusCode());
			}
		}
		catch (IOException ex) {
			LOG.warn("a rejected key could not be reported: {}", ex.getClass().getSimpleName());
		}
	}

	@Override
	public List<Provider> list() throws IOException {
		HttpResponse<byte[]> response = this.http.send(request("/internal/providers").GET().build());
		if (response.statusCode() != 200) {
			throw new IOException("key-service answered with status " + response.statusCode());
		}
		try {
			return List.of(JSON.readValue(response.body(), Provider[].class));
		}
		catch (JacksonException ex) {
			throw new IOException("key-service told no list of providers", ex);
		}
	}

	private static Answer released(byte[] body) {
		Released released = JSON.readValue(body, Released.class);
		Secret key = (released.apiKey() != null && !released.apiKey().isEmpty()) ? Secret.of(released.apiKey()) : null;
		ProviderAccess access = ProviderAccess.at(released.baseUrl(), released.credential(), key, released.dialect(),
				released.credentialId(), (released.version() != null) ? released.version() : 0);
		return new Answer(new Reveal.Released(access), Duration.ofSeconds(Math.max(0, released.expiresInSeconds())));
	}

	private static Reveal refusal(HttpResponse<byte[]> response) {
		String code = codeOf(response.body());
		return switch (code) {
			case "provider_key_missing" -> new Reveal.Missing();
			case "provider_key_rejected" -> new Reveal.Rejected();
			case "provider_key_origin_changed" -> new Reveal.OriginChanged();
			case "key_undecryptable" -> new Reveal.Undecryptable();
			case "invalid_api_key" -> new Reveal.NotAuthenticated();
			default -> byStatus(response.statusCode());
		};
	}

	private static Reveal byStatus(int status) {
		if (status == 404) {
			return new Reveal.Missing();
		}
		LOG.warn("key-service answered with status {} when asked for a provider key", status);
		return new Reveal.Unavailable();
	}

	private static String codeOf(byte[] body) {
		try {
			Problem problem = JSON.readValue(body, Problem.class);
			return (problem.code() != null) ? problem.code() : "";
		}
		catch (JacksonException ex) {
			return "";
		}
	}

	private HttpRequest post(String path, Map<String, ?> body) {
		return request(path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
			.build();
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.base + path))
			.timeout(this.timeout)
			.header("Authorization", this.authorization);
	}

	@Override
	public void close() {
		this.http.close();
	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	private record Released(Credential credential, @Nullable String apiKey, URI baseUrl, Dialect dialect,
			@Nullable UUID credentialId, @Nullable Long version, long expiresInSeconds) {

		@Override
		public String toString() {
			return "Released[" + this.credential + ']';
		}

	}

	@JsonIgnoreProperties(ignoreUnknown = true)
	private record Problem(@Nullable String code) {

	}

}
