package dev.tallygate.gateway.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call may be made now.
 */
public sealed interface RateOutcome {

	/** How requests stand; null where they have no limit. */
	@Nullable Allowance requests();

	/** How tokens stand; null where they have no limit. */
	@Nullable Allowance tokens();

	/**
	 * It may, and has taken its part.
	 */
	record Granted(@Nullable Allowance requests, @Nullable Allowance tokens) implements RateOutcome {

	}

	/**
	 * Not yet.
	 *
	 * @param scope {@code user} or {@code key}
	 * @param what {@code requests} or {@code tokens}
	 * @param left until it may
	 */
	record Exceeded(String scope, String what, Duration left, @Nullable Allowance requests,
			@Nullable Allowance tokens) implements RateOutcome {

	}

}
