package dev.tallygate.gateway.completion;

import org.jspecify.annotations.Nullable;

/**
 * Why a target did not answer.
 *
 * @param error what the caller is told in our words
 * @param answer the provider's own answer, which is passed on instead; null when there is
 * none to pass on
 * @param mayRetry whether another try harms nobody
 * @param providerStatus the provider's status; null when it gave none
 * @param labels the call it was; null when none was opened
 */
record Failure(WireError error, @Nullable ProviderError answer, boolean mayRetry, @Nullable Integer providerStatus,
		@Nullable Labels labels) {

	static Failure of(WireError error) {
		return new Failure(error, null, false, null, null);
	}

	static Failure of(WireError error, boolean mayRetry, @Nullable Integer providerStatus) {
		return new Failure(error, null, mayRetry, providerStatus, null);
	}

	Failure labelled(Labels known) {
		return new Failure(this.error, this.answer, this.mayRetry, this.providerStatus, known);
	}

}
