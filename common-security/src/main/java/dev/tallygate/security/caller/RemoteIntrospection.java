package dev.tallygate.security.caller;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.ServiceCredentials;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks key-service by <a href="https://www.rfc-editor.org/rfc/rfc7662">token
 * introspection</a>.
 */
final class RemoteIntrospection implements Introspection, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RemoteIntrospection.class);

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private static final int OK = 200;

	private final ServiceClient client;

	private final URI uri;

	private final String authorization;

	private final Duration timeout;

	RemoteIntrospection(URI internalUrl, ServiceCredentials credentials, ServiceClient client, Duration timeout) {
		this.client = client;
		this.uri = URI.create(internalUrl.toString().replaceAll("/+$", "") + "/internal/introspect");
		this.authorization = credentials.authorization();
		this.timeout = timeout;
	}

	@Override
	public IntrospectionOutcome introspect(String token) {
		try {
			HttpResponse<byte[]> response = this.client.send(request(token), HttpResponse.BodyHandlers.ofByteArray());
			if (response.statusCode() != OK) {
				logger.warn("key-service answered introspection with status {}", response.statusCode());
				return new Unavailable();
			}
			return MAPPER.readValue(response.body(), Answer.class).outcome();
		}
		catch (IOException ex) {
			logger.warn("key-service could not be asked: {}", ex.getClass().getSimpleName());
			return new Unavailable();
		}
		catch (JacksonException | IllegalArgumentException ex) {
			logger.warn("key-service answered introspection with something else: {}", ex.getClass().getSimpleName());
			return new Unavailable();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Unavailable();
		}
	}

	private HttpRequest request(String token) {
		String form = "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
		return HttpRequest.newBuilder(this.uri)
			.timeout(this.timeout)
			.header("Authorization", this.authorization)
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString(form))
			.build();
	}

	@Override
	public void close() {
		this.client.close();
	}

	/** The wire form. */
	private record Answer(boolean active, @JsonProperty("user_id") @Nullable UserId userId,
			@JsonProperty("api_key_id") @Nullable ApiKeyId apiKeyId,
			@JsonProperty("key_type") @Nullable KeyType keyType, @Nullable Role role,
			@JsonProperty("allowed_models") @Nullable Set<String> allowedModels, @Nullable Long exp,
			@Nullable Tags tags) {

		IntrospectionOutcome outcome() {
			if (!this.active) {
				return new Inactive();
			}
			if (this.userId == null || this.role == null) {
				throw new IllegalArgumentException("an active token without user or role");
			}
			Instant expiresAt = (this.exp != null) ? Instant.ofEpochSecond(this.exp) : null;
			return new Active(new Caller(this.userId, this.apiKeyId, this.keyType, this.role, this.allowedModels,
					expiresAt, (this.tags != null) ? this.tags : Tags.NONE));
		}

	}

}
