package dev.tallygate.gateway.admission;

import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.security.problem.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a call may not be made, as a value that every wire renders in its own envelope.
 */
public sealed interface Refusal {

	/** The stable code of the error. */
	String code();

	/** The HTTP status of the error. */
	int status();

	/**
	 * After what time a retry makes sense; null when none does before something changes.
	 */
	@Nullable Duration retryAfter();

	/** What the caller should know and do, in one or two plain sentences. */
	String message();

	/**
	 * The same where the caller's wire has a name of its own for what limits an answer.
	 */
	default String message(String outputLimit) {
		return message();
	}

	/** Whether a client should try the same call again by itself. */
	default boolean shouldRetry() {
		return retryAfter() != null;
	}

	/**
	 * A limit is reached, or the call might pass it.
	 *
	 * @param limit which limit
	 * @param amount the limit's amount
	 * @param spent what counts against it, without what open calls hold
	 * @param reserved what open calls hold
	 * @param needed what the call needs: its worst case, or without a limit on its output
	 * what is likely; null when its model has no price
	 * @param largestMaxTokens the largest {@code max_tokens} with which the call would be
	 * admitted now; null when none would
	 * @param periodEnd when the limit starts anew; null when it never does
	 * @param retryAfter set when only open calls stand in the way
	 */
	record OverLimit(Limit limit, NanoUsd amount, NanoUsd spent, NanoUsd reserved, @Nullable NanoUsd needed,
			@Nullable Long largestMaxTokens, @Nullable Instant periodEnd,
			@Nullable Duration retryAfter) implements Refusal {

		@Override
		public String code() {
			return (this.limit == Limit.CREDITS) ? "credits_exhausted" : "budget_exceeded";
		}

		@Override
		public int status() {
			return 402;
		}

		/** Whose limit it is, as callers are told. */
		public String scope() {
			return switch (this.limit) {
				case BUDGET, CEILING -> "user";
				case KEY -> "key";
				case DEFAULT -> "default";
				case INSTALLATION -> "installation";
				case CREDITS -> "credits";
			};
		}

		/** Who can raise it, as callers are told. */
		public String raisedBy() {
			return switch (this.limit) {
				case BUDGET -> "user";
				case KEY -> "owner";
				case CEILING, DEFAULT, INSTALLATION, CREDITS -> "administrator";
			};
		}

		/** What is left of the limit, not below zero; open calls' holds not counted. */
		public NanoUsd left() {
			return new NanoUsd(Math.max(0, this.amount.value() - this.spent.value()));
		}

		@Override
		public String message() {
			return message("max_tokens");
		}

		@Override
		public String message(String outputLimit) {
			return RefusalText.of(this, outputLimit);
		}

	}

	/**
	 * A limit was reached while the call was answered, and the answer ends there.
	 *
	 * @param limit which limit
	 * @param amount the limit's amount
	 * @param periodEnd when the limit starts anew; null when it never does
	 */
	record Reached(Limit limit, NanoUsd amount, @Nullable Instant periodEnd) implements Refusal {

		@Override
		public String code() {
			return "budget_exceeded";
		}

		@Override
		public int status() {
			return 402;
		}

		@Override
		public @Nullable Duration retryAfter() {
			return null;
		}

		@Override
		public String message() {
			return RefusalText.of(this);
		}

	}

	/**
	 * A hard limit holds, and what the call would cost cannot be known.
	 *
	 * @param provider the provider
	 * @param model its model without a price
	 */
	record NotPriced(String provider, String model) implements Refusal {

		@Override
		public String code() {
			return "model_not_priced";
		}

		@Override
		public int status() {
			return 400;
		}

		@Override
		public @Nullable Duration retryAfter() {
			return null;
		}

		@Override
		public String message() {
			return "The model '" + this.provider + ':' + this.model
					+ "' has no price, so it cannot be held to a limit or to credits. Use a model from GET /api/prices, "
					+ "or ask the operator to add its price.";
		}

	}

	/**
	 * Nobody has said for a while what the user has spent, and the last known remainder
	 * is used up.
	 *
	 * @param retryAfter after what time to try again
	 */
	record BudgetUnavailable(Duration retryAfter) implements Refusal {

		@Override
		public String code() {
			return "budget_unavailable";
		}

		@Override
		public int status() {
			return 503;
		}

		@Override
		public String message() {
			return "Your budget cannot be checked right now. Try again shortly.";
		}

	}

	/**
	 * The user has as many calls open as one user may.
	 *
	 * @param limit how many that is
	 * @param retryAfter after what time to try again
	 */
	record TooManyOpenCalls(int limit, Duration retryAfter) implements Refusal {

		@Override
		public String code() {
			return ErrorCode.RATE_LIMITED;
		}

		@Override
		public int status() {
			return 429;
		}

		@Override
		public String message() {
			return "You have " + this.limit + " calls open, the most one user may. Wait for one to end.";
		}

	}

	/**
	 * The gateway takes no more calls because it stops.
	 *
	 * @param retryAfter after what time to try again
	 */
	record Stopping(Duration retryAfter) implements Refusal {

		@Override
		public String code() {
			return "overloaded";
		}

		@Override
		public int status() {
			return 503;
		}

		@Override
		public String message() {
			return "This gateway is stopping. Try again.";
		}

	}

}
