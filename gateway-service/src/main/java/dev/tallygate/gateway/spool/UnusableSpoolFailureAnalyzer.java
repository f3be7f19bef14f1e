package dev.tallygate.gateway.spool;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says in one line why the spool cannot be opened.
 */
class UnusableSpoolFailureAnalyzer extends AbstractFailureAnalyzer<UnusableSpoolException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusableSpoolException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Give every gateway process a directory of its own in TALLYGATE_SPOOL_DIRECTORY, writable and with room.",
				cause);
	}

}
