package dev.tallygate.metering.rerating;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs, in nano-USD per million tokens, by the formula of every charge:
 * half-even of ((input − cacheRead − cacheWrite)·pIn + cacheRead·pRead +
 * cacheWrite·pWrite + output·pOut) / 10⁶, rounded once per call.
 */
record TokenPrice(long inputNanos, long outputNanos, long cacheReadNanos, long cacheWriteNanos) {

	private static final int PER_MILLION = 6;

	/** What the call costs; a count that nobody reported adds nothing. */
	NanoUsd cost(UsageSettled call) {
		long read = orZero(call.cacheReadInputTokens());
		long write = orZero(call.cacheWriteInputTokens());
		BigDecimal sum = times(orZero(call.inputTokens()) - read - write, this.inputNanos)
			.add(times(read, this.cacheReadNanos))
			.add(times(write, this.cacheWriteNanos))
			.add(times(orZero(call.outputTokens()), this.outputNanos));
		return new NanoUsd(sum.movePointLeft(PER_MILLION).setScale(0, RoundingMode.HALF_EVEN).longValueExact());
	}

	private static BigDecimal times(long tokens, long nanos) {
		return BigDecimal.valueOf(tokens).multiply(BigDecimal.valueOf(nanos));
	}

	private static long orZero(@Nullable Long tokens) {
		return (tokens != null) ? tokens : 0;
	}

}
