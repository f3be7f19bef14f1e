package dev.tallygate.security.caller;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import dev.tallygate.security.internal.ServiceClient;
import dev.tallygate.security.internal.UnansweredException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks key-service by <a href="https://www.rfc-editor.org/rfc/rfc7662">token
 * introspection</a>.
 */
final class RemoteIntrospection implements Introspection, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RemoteIntrospection.class);

	private final ServiceClient keyService;

	RemoteIntrospection(ServiceClient keyService) {
		this.keyService = keyService;
	}

	@Override
	public IntrospectionOutcome introspect(String token) {
		try {
			return this.keyService.postForm("/internal/introspect", Map.of("token", token))
				.read(Answer.class)
				.outcome();
		}
		catch (UnansweredException ex) {
			logger.warn("nobody could tell whose a token is: {}", ex.getMessage());
			return new Unavailable();
		}
		catch (IllegalArgumentException ex) {
			logger.warn("key-service answered introspection with something else: {}", ex.getClass().getSimpleName());
			return new Unavailable();
		}
	}

	@Override
	public void close() {
		this.keyService.close();
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
