package dev.tallygate.keys.providerkey;

import dev.tallygate.keys.audit.Actor;
import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.internal.ServiceCaller;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * What gateways ask.
 */
@RestController
@AllowedServices("gateway")
@RequestMapping("/internal/provider-keys")
class InternalProviderKeyController {

	private final Reveals reveals;

	private final ProviderKeys keys;

	InternalProviderKeyController(Reveals reveals, ProviderKeys keys) {
		this.reveals = reveals;
		this.keys = keys;
	}

	@PostMapping("/reveal")
	Release reveal(@RequestBody RevealRequest body, ServiceCaller service, HttpServletRequest request) {
		if (body.token() == null || body.provider() == null) {
			throw ProblemException.invalidField((body.token() == null) ? "token" : "provider", "is missing");
		}
		return this.reveals.reveal(body.token(), body.provider(), Actor.service(service.name(), request));
	}

	@PostMapping("/report")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void report(@RequestBody Report body, ServiceCaller service, HttpServletRequest request) {
		if (body.credentialId() == null || body.version() == null) {
			throw ProblemException.invalidField((body.credentialId() == null) ? "credentialId" : "version",
					"is missing");
		}
		this.keys.report(body.credentialId(), body.version(), Actor.service(service.name(), request));
	}

	/**
	 * A wish for a key.
	 *
	 * @param token what the gateway's caller presented
	 * @param provider at which provider
	 */
	record RevealRequest(@Nullable String token, @Nullable String provider) {

		@Override
		public String toString() {
			return "RevealRequest[provider=" + this.provider + "]";
		}

	}

	/**
	 * A provider rejected a key.
	 *
	 * @param credentialId the record
	 * @param version of the secret
	 */
	record Report(@Nullable UUID credentialId, @Nullable Integer version) {

	}

}
