package dev.tallygate.gateway.usage;

import dev.tallygate.events.CallId;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;

/**
 * A call that is admitted and in the spool. It ends exactly once, by whichever of
 * {@link #settle} and {@link #voided} comes first, whatever threads race; what comes
 * later changes nothing. Ending it releases what it held of the budget and counts it in
 * the metrics: a route records neither.
 * <p>
 * Use it in a try-with-resources: a call still open at {@link #close} is charged as
 * interrupted with what is known of it, so that no way out escapes the books.
 */
public interface OpenCall extends AutoCloseable {

	/** The call's id, also that of its usage event. */
	CallId id();

	/** What is known of it. */
	CallOpened opened();

	/**
	 * What a usage would cost in this call; without a cost when its model has no price.
	 */
	default RatedUsage rate(Usage usage) {
		return opened().rate(usage);
	}

	/**
	 * Notes how many output tokens were delivered so far, by whatever estimate is cheap.
	 * Costs next to nothing: call it at every event. The spool writes it down every
	 * second, and charges it should the gateway die; a hold that grows takes more of the
	 * limit in time.
	 * @return whether the call may go on
	 */
	Progress delivered(long outputTokens);

	/** Whether a call that is answered may go on. */
	sealed interface Progress {

		/** It may: the same object each time, for it is asked at every event. */
		Progress GOES_ON = new GoesOn();

		/** It may. */
		record GoesOn() implements Progress {

		}

		/**
		 * It may not: cancel the provider's call and end the client's with what the limit
		 * says.
		 *
		 * @param limit the limit that is reached
		 */
		record Reached(Refusal limit) implements Progress {

		}

	}

	/**
	 * Ends the call as {@code settlement} says: one usage event with the next sequence
	 * number.
	 * @return whether this ended the call; false when it had ended before
	 */
	boolean settle(Settlement settlement);

	/**
	 * Ends the call without a trace in the books, because no provider was asked.
	 * @return whether this ended the call; false when it had ended before
	 */
	boolean voided();

	/**
	 * Charges a call that nobody ended: interrupted, with the input estimate and what was
	 * last {@link #delivered}.
	 */
	@Override
	void close();

}
