package dev.tallygate.security.secret;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a secret with which the service refuses to start.
 */
class UnusableSecretFailureAnalyzer extends AbstractFailureAnalyzer<UnusableSecretException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusableSecretException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", cause.action(), cause);
	}

}
