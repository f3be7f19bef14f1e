package dev.tallygate.pricing.wire;

import dev.tallygate.pricing.Meter;
import org.jspecify.annotations.Nullable;

/**
 * What must be known beside a usage object to read it.
 *
 * @param thoughtsBeside whether this route may leave the thoughts out of the completion
 * count, as Gemini's compatible one does: then what {@code total_tokens} has beyond the
 * prompt is output
 * @param cacheBeside whether this route leaves what was cached out of the prompt
 * @param askedCacheLife the one cache life that the request asked for, for answers that
 * do not say which was written; null when none or several
 * @param region where the route's host serves; null where the host says nothing
 */
public record UsageContext(boolean thoughtsBeside, boolean cacheBeside, @Nullable Meter askedCacheLife,
		@Nullable String region) {

	/** Nothing special is known. */
	public static final UsageContext NONE = new UsageContext(false, false, null, null);

	/** A route of Gemini's. */
	public static final UsageContext GEMINI_ROUTE = new UsageContext(true, false, null, null);

	/** This, of a request that asked for one cache life. */
	public UsageContext asking(@Nullable Meter cacheLife) {
		return new UsageContext(this.thoughtsBeside, this.cacheBeside, cacheLife, this.region);
	}

}
