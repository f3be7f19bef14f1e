package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetRefused;
import org.jspecify.annotations.Nullable;

/**
 * Whether a call may be made.
 */
public sealed interface AdmissionOutcome {

	/**
	 * It may.
	 *
	 * @param reservation what it holds until it ends
	 */
	record Admitted(Reservation reservation) implements AdmissionOutcome {

	}

	/**
	 * It may not.
	 *
	 * @param refusal why
	 * @param firstOfItsKind what to tell the others, when this is the first refusal for
	 * good of the user, period and limit here
	 */
	record Denied(Refusal refusal, @Nullable BudgetRefused firstOfItsKind) implements AdmissionOutcome {

	}

}
