package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import org.jspecify.annotations.Nullable;

/**
 * What must be known beside a usage object to read it.
 *
 * @param thoughtsBeside whether this route may leave the thoughts out of the completion
 * count, as Gemini's compatible one does: then what {@code total_tokens} has beyond the
 * prompt is output
 * @param askedCacheLife the one cache life that the request asked for, for answers that
 * do not say which was written; null when none or several
 */
public record UsageContext(boolean thoughtsBeside, @Nullable Meter askedCacheLife) {

	/** Nothing special is known. */
	public static final UsageContext NONE = new UsageContext(false, null);

	/** A route of Gemini's. */
	public static final UsageContext GEMINI_ROUTE = new UsageContext(true, null);

}
