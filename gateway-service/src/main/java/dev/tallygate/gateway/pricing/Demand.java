package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.Reach;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much a call may take.
 *
 * @param inputTokens the estimated input, from which the call's worst case is made and an
 * abandoned call is charged; not negative
 * @param maxOutputTokens the most output tokens of one choice, as the caller or the
 * dialect set it; null when open-ended
 * @param choices how many choices were asked for, at least 1
 * @param attachments what is attached, which {@code inputTokens} leaves out
 * @param reach what it may be charged for beside plain text
 */
public record Demand(long inputTokens, @Nullable Long maxOutputTokens, int choices, List<Attachment> attachments,
		Reach reach) {

	public Demand {
		inputTokens = Math.max(0, inputTokens);
		choices = Math.max(1, choices);
		if (maxOutputTokens != null && maxOutputTokens < 0) {
			maxOutputTokens = 0L;
		}
		attachments = List.copyOf(attachments);
	}

	/** A demand for plain text. */
	public static Demand ofText(long inputTokens, @Nullable Long maxOutputTokens, int choices) {
		return new Demand(inputTokens, maxOutputTokens, choices, List.of(), Reach.PLAIN);
	}

}
