package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.pricing.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What came of a call, or of one attempt at it.
 */
public sealed interface Outcome {

	/**
	 * The caller was answered, for better or for worse; nothing more may be written.
	 *
	 * @param unfinished the response that the provider is still making, with its call
	 * still open; null when there is none
	 */
	record Answered(@Nullable Unfinished unfinished) implements Outcome {

		public Answered() {
			this(null);
		}

	}

	/**
	 * A response that the provider is still making.
	 *
	 * @param id the response
	 * @param otherwise how its call ends where the provider tells of no end
	 * @param told what the provider told of it so far; null when nothing
	 * @param delivered what the caller got of it, which is charged then
	 */
	record Unfinished(String id, Status otherwise, @Nullable Usage told, DeliveredText delivered) {

	}

	/**
	 * The caller was told nothing yet.
	 *
	 * @param error what to say in our words
	 * @param words the provider's own answer, which is passed on instead where it is one
	 * of the caller's wire; null when there is none
	 * @param again where another try harms nobody
	 * @param labels the call it was; null when none was opened
	 * @param cost what it cost all the same; null when that is not known
	 */
	record Failed(WireError error, @Nullable ProviderWords words, Again again, @Nullable Labels labels,
			@Nullable NanoUsd cost) implements Outcome {

		public static Failed of(WireError error) {
			return of(error, Again.NOWHERE);
		}

		public static Failed of(WireError error, Again again) {
			return new Failed(error, null, again, null, null);
		}

		public Failed closed(Labels known, @Nullable NanoUsd charged) {
			return new Failed(this.error, this.words, this.again, known, charged);
		}

		/** Whether a call was opened that is charged although it failed. */
		public boolean charged() {
			return this.labels != null && (Boolean.FALSE.equals(this.error.shouldRetry())
					|| (this.cost != null && this.cost.compareTo(NanoUsd.ZERO) > 0));
		}

		/** The same failure, told otherwise. */
		public Failed saying(WireError other) {
			return new Failed(other, this.words, this.again, this.labels, this.cost);
		}

	}

	/** Where another try harms nobody. */
	enum Again {

		/** Nowhere. */
		NOWHERE,
		/** Only at another target: this one cannot be asked now. */
		ELSEWHERE,
		/** At the same target, and then at others. */
		HERE

	}

}
