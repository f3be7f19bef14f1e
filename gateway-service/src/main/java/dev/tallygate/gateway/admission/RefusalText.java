package dev.tallygate.gateway.admission;

import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Puts a refused call into words.
 */
final class RefusalText {

	private RefusalText() {
	}

	static String of(Refusal.OverLimit refusal, String outputLimit) {
		StringBuilder text = new StringBuilder(256);
		text.append(nameOf(refusal.limit()))
			.append(" of ")
			.append(usd(refusal.amount()))
			.append((refusal.retryAfter() != null) ? " is held by calls that are still open: "
					: " does not allow this call: ")
			.append(usd(refusal.left()))
			.append(" left");
		if (refusal.reserved().value() > 0) {
			text.append(", ").append(usd(refusal.reserved())).append(" of it held by open calls");
		}
		if (refusal.needed() != null) {
			text.append(", the call needs up to ").append(usd(refusal.needed()));
		}
		text.append(". ");
		if (refusal.largestMaxTokens() != null) {
			text.append("The largest ")
				.append(outputLimit)
				.append(" that fits is ")
				.append(refusal.largestMaxTokens())
				.append(". ");
		}
		if (refusal.retryAfter() != null) {
			text.append("Try again shortly. ");
		}
		text.append(ends(refusal.periodEnd()));
		return text.append(raisedBy(refusal.limit())).toString();
	}

	static String of(Refusal.Reached refusal) {
		return nameOf(refusal.limit()) + " of " + usd(refusal.amount())
				+ " is used up, so the answer ends here; what came of it is charged. "
				+ ends(refusal.periodEnd()).strip();
	}

	private static String ends(@Nullable Instant periodEnd) {
		return (periodEnd != null) ? "The period ends at " + periodEnd + ". " : "It does not start anew. ";
	}

	/** Who can do something about it. */
	private static String raisedBy(Limit limit) {
		return switch (limit) {
			case BUDGET -> "You can raise it: PATCH /api/users/me/budget.";
			case KEY -> "The key's owner or an administrator can raise it.";
			case CEILING, DEFAULT, INSTALLATION, CREDITS -> "An administrator can raise it.";
		};
	}

	private static String usd(NanoUsd amount) {
		return '$' + amount.toUsd();
	}

	private static String nameOf(Limit limit) {
		return switch (limit) {
			case BUDGET -> "Your monthly budget";
			case CEILING -> "The monthly ceiling your administrator set";
			case CREDITS -> "Your plan's credit";
			case KEY -> "The budget of this API key";
			case DEFAULT -> "The monthly ceiling of everyone who has none of their own";
			case INSTALLATION -> "The monthly limit of the whole installation";
		};
	}

}
