package dev.tallygate.gateway.completion;

import org.jspecify.annotations.Nullable;

/**
 * Why a target did not answer.
 *
 * @param error what the caller is told in our words
 * @param answer the provider's own answer, which is passed on instead; null when there is
 * none to pass on
 * @param again where another try harms nobody
 * @param labels the call it was; null when none was opened
 */
record Failure(WireError error, @Nullable ProviderError answer, Again again, @Nullable Labels labels) {

	/** Where another try harms nobody. */
	enum Again {

		/** Nowhere. */
		NOWHERE,
		/** Only at another target: this one was not asked and cannot be now. */
		ELSEWHERE,
		/** At the same target, and then at others. */
		HERE

	}

	static Failure of(WireError error) {
		return of(error, Again.NOWHERE);
	}

	static Failure of(WireError error, Again again) {
		return new Failure(error, null, again, null);
	}

	Failure labelled(Labels known) {
		return new Failure(this.error, this.answer, this.again, known);
	}

}
