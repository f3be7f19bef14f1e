package dev.tallygate.gateway.pricing;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says in one line what is wrong with the price file.
 */
class UnusablePricesFailureAnalyzer extends AbstractFailureAnalyzer<UnusablePricesException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnusablePricesException cause) {
		return new FailureAnalysis(cause.getMessage(), "Repair the file, or unset TALLYGATE_PRICES_FILE.", cause);
	}

}
