package dev.tallygate.gateway.access;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.ProviderSource;
import dev.tallygate.security.internal.ServiceAnswer;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceClients;
import dev.tallygate.security.internal.UnansweredException;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.secret.Secret;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Key-service's internal calls beside introspection. Never logs what it sends or gets.
 */
final class KeyService implements ProviderSource, RevealSource, AutoCloseable {

	private static final Logger LOG = LoggerFactory.getLogger(KeyService.class);

	private final ServiceClient http;

	KeyService(KeyServiceProperties properties, ServiceClients clients) {
		this.http = clients.keyService(properties.internalUrl(), properties.connectTimeout(),
				properties.requestTimeout());
	}

	@Override
	public Answer reveal(String token, String provider) {
		try {
			ServiceAnswer answer = this.http.post("/internal/provider-keys/reveal",
					Map.of("token", token, "provider", provider));
			return answer.isOk() ? released(answer.read(Released.class)) : Answer.of(refusal(answer));
		}
		catch (UnansweredException ex) {
			LOG.warn("no provider key was told: {}", ex.getMessage());
			return Answer.of(new Reveal.Unavailable());
		}
		catch (IllegalArgumentException ex) {
			LOG.warn("key-service told no usable provider key: {}", ex.getClass().getSimpleName());
			return Answer.of(new Reveal.Unavailable());
		}
	}

	/** Tells that a provider rejected a key; failing to is only logged. */
	void report(UUID credentialId, long version) {
		try {
			int status = this.http
				.post("/internal/provider-keys/report", Map.of("credentialId", credentialId, "version", version))
				.status();
			if (status >= 300) {
				LOG.warn("key-service answered the report of a rejected key with status {}", status);
			}
		}
		catch (UnansweredException ex) {
			LOG.warn("a rejected key could not be reported: {}", ex.getMessage());
		}
	}

	@Override
	public List<Provider> list() throws IOException {
		return List.of(this.http.get("/internal/providers").read(Provider[].class));
	}

	private static Answer released(Released released) {
		Secret key = (released.apiKey() != null && !released.apiKey().isEmpty()) ? Secret.of(released.apiKey()) : null;
		ProviderAccess access = ProviderAccess.at(released.baseUrl(), released.credential(), key, released.dialect(),
				released.credentialId(), (released.version() != null) ? released.version() : 0);
		return new Answer(new Reveal.Released(access), Duration.ofSeconds(Math.max(0, released.expiresInSeconds())));
	}

	private static Reveal refusal(ServiceAnswer answer) {
		return switch (answer.code()) {
			case ErrorCode.PROVIDER_KEY_MISSING -> new Reveal.Missing();
			case ErrorCode.PROVIDER_KEY_REJECTED -> new Reveal.Rejected();
			case ErrorCode.PROVIDER_KEY_ORIGIN_CHANGED -> new Reveal.OriginChanged();
			case ErrorCode.KEY_UNDECRYPTABLE -> new Reveal.Undecryptable();
			case ErrorCode.INVALID_API_KEY -> new Reveal.NotAuthenticated();
			default -> byStatus(answer.status());
		};
	}

	private static Reveal byStatus(int status) {
		if (status == 404) {
			return new Reveal.Missing();
		}
		LOG.warn("key-service answered with status {} when asked for a provider key", status);
		return new Reveal.Unavailable();
	}

	@Override
	public void close() {
		this.http.close();
	}

	private record Released(Credential credential, @Nullable String apiKey, URI baseUrl, Dialect dialect,
			@Nullable UUID credentialId, @Nullable Long version, long expiresInSeconds) {

		@Override
		public String toString() {
			return "Released[" + this.credential + ']';
		}

	}

}
