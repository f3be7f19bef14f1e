package dev.tallygate.keys.introspection;

import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.internal.ServiceCaller;
import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.problem.ProblemException;
import dev.tallygate.security.secret.Secret;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells a service which other one calls it. What that one presented is good at the asking
 * service alone, so that nobody but key-service knows a secret besides its own.
 */
@RestController
class InternalServiceController {

	private final ServiceCredentials credentials;

	InternalServiceController(ServiceCredentials credentials) {
		this.credentials = credentials;
	}

	@AllowedServices("budget")
	@PostMapping("/internal/services/verify")
	Answer verify(@RequestBody Question question, ServiceCaller audience) {
		if (question.service() == null) {
			throw ProblemException.invalidField("service", "is missing");
		}
		if (question.proof() == null) {
			throw ProblemException.invalidField("proof", "is missing");
		}
		return new Answer(this.credentials.isProof(question.service(), audience.name(), Secret.of(question.proof())));
	}

	record Question(@Nullable String service, @Nullable String proof) {

		/** The proof is as good as a password. */
		@Override
		public String toString() {
			return "Question[" + this.service + "]";
		}

	}

	record Answer(boolean valid) {

	}

}
