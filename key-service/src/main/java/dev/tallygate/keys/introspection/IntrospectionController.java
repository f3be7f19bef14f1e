package dev.tallygate.keys.introspection;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome.Active;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.caller.IntrospectionOutcome.Unavailable;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.caller.Tags;
import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.internal.ServiceCaller;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * <a href="https://www.rfc-editor.org/rfc/rfc7662">Token introspection</a> for the other
 * services.
 */
@RestController
class IntrospectionController {

	private final Introspection introspection;

	private final Flood flood;

	IntrospectionController(Introspection introspection, Flood flood) {
		this.flood = flood;
		this.introspection = introspection;
	}

	@AllowedServices(AllowedServices.ANY)
	@PostMapping(path = "/internal/introspect", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
	Answer introspect(@RequestParam String token, ServiceCaller service) {
		if (!this.flood.admits(service.name())) {
			throw ProblemException.rateLimited("This service asks about too many tokens. Ask again later.",
					Duration.ofSeconds(1));
		}
		return switch (this.introspection.introspect(token)) {
			case Active(Caller caller) -> Answer.of(caller);
			case Inactive() -> Answer.INACTIVE;
			case Unavailable() -> throw new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, ErrorCode.UNAVAILABLE,
					"Nobody can tell at the moment. Try again.");
		};
	}

	/**
	 * The answer of RFC 7662, with members of our own.
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Answer(boolean active, @Nullable String sub, @JsonProperty("user_id") @Nullable UserId userId,
			@JsonProperty("api_key_id") @Nullable ApiKeyId apiKeyId,
			@JsonProperty("key_type") @Nullable KeyType keyType, @Nullable Role role, @Nullable String scope,
			@JsonProperty("allowed_models") @Nullable Set<String> allowedModels, @Nullable Long exp,
			@Nullable Tags tags) {

		static final Answer INACTIVE = new Answer(false, null, null, null, null, null, null, null, null, null);

		static Answer of(Caller caller) {
			return new Answer(true, caller.userId().toString(), caller.userId(), caller.apiKeyId(), caller.keyType(),
					caller.role(), caller.isAdmin() ? "api admin" : "api", caller.allowedModels(),
					(caller.expiresAt() != null) ? caller.expiresAt().getEpochSecond() : null,
					caller.tags().equals(Tags.NONE) ? null : caller.tags());
		}

	}

}
