package dev.tallygate.gateway.pricing;

import org.jspecify.annotations.Nullable;

/**
 * How many tokens a call took. A count the provider did not report is null, never 0.
 * Counts that cannot be true are corrected rather than lost, and {@code corrected} says
 * so: above {@link #LIMIT} they are saturated, negative ones count as not reported, and a
 * part is cut to its whole ({@code cacheRead + cacheWrite <= input},
 * {@code reasoning <= output}).
 *
 * @param input tokens in, cached ones included
 * @param cacheRead of the input, read from the provider's cache
 * @param cacheWrite of the input, written to the provider's cache
 * @param output tokens out, reasoning included
 * @param reasoning of the output, spent on reasoning
 * @param corrected whether a count had to be corrected
 */
public record TokenCounts(@Nullable Long input, @Nullable Long cacheRead, @Nullable Long cacheWrite,
		@Nullable Long output, @Nullable Long reasoning, boolean corrected) {

	/** The largest believable count. */
	public static final long LIMIT = 1_000_000_000L;

	/** Nothing was reported. */
	public static final TokenCounts NONE = new TokenCounts(null, null, null, null, null, false);

	public TokenCounts {
		Long plausibleInput = plausible(whole(input, sum(cacheRead, cacheWrite)));
		Long plausibleOutput = plausible(whole(output, reasoning));
		Long plausibleRead = part(cacheRead, plausibleInput, 0);
		Long plausibleWrite = part(cacheWrite, plausibleInput, orZero(plausibleRead));
		Long plausibleReasoning = part(reasoning, plausibleOutput, 0);
		corrected = corrected || differs(input, plausibleInput) || differs(output, plausibleOutput)
				|| differs(cacheRead, plausibleRead) || differs(cacheWrite, plausibleWrite)
				|| differs(reasoning, plausibleReasoning);
		input = plausibleInput;
		output = plausibleOutput;
		cacheRead = plausibleRead;
		cacheWrite = plausibleWrite;
		reasoning = plausibleReasoning;
	}

	/**
	 * What a provider reported.
	 */
	public static TokenCounts of(@Nullable Long input, @Nullable Long cacheRead, @Nullable Long cacheWrite,
			@Nullable Long output, @Nullable Long reasoning) {
		return new TokenCounts(input, cacheRead, cacheWrite, output, reasoning, false);
	}

	/**
	 * Tokens in and out, of which nothing more is known.
	 */
	public static TokenCounts of(@Nullable Long input, @Nullable Long output) {
		return new TokenCounts(input, null, null, output, null, false);
	}

	/** A part without its whole is at least the least the whole can be. */
	private static @Nullable Long whole(@Nullable Long whole, @Nullable Long parts) {
		return (whole != null || parts == null || parts <= 0) ? whole : parts;
	}

	private static @Nullable Long sum(@Nullable Long left, @Nullable Long right) {
		if (left == null && right == null) {
			return null;
		}
		return orZero(plausible(left)) + orZero(plausible(right));
	}

	private static @Nullable Long plausible(@Nullable Long count) {
		return (count == null || count < 0) ? null : Long.valueOf(Math.min(count, LIMIT));
	}

	private static @Nullable Long part(@Nullable Long part, @Nullable Long whole, long taken) {
		Long plausible = plausible(part);
		return (plausible == null) ? null : Long.valueOf(Math.min(plausible, orZero(whole) - taken));
	}

	private static boolean differs(@Nullable Long before, @Nullable Long after) {
		return (before == null) ? after != null : !before.equals(after);
	}

	static long orZero(@Nullable Long count) {
		return (count == null) ? 0 : count;
	}

}
