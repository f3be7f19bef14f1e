package dev.tallygate.gateway.usage;

import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.events.UsageSettled.UsageSource;
import dev.tallygate.pricing.Usage;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended.
 *
 * @param status how it ended
 * @param usageSource where the counts come from; {@code NONE} exactly when nothing is
 * charged
 * @param usage what it took
 * @param finishedAt when it was over, to the microsecond, as every store can keep it
 * @param timeToFirstByteMillis from open to the first byte of the provider's answer; null
 * when there was none
 * @param attempts how many times a provider was called
 * @param httpStatus the provider's last status; null when it gave none
 */
public record Settlement(Status status, UsageSource usageSource, Usage usage, Instant finishedAt,
		@Nullable Long timeToFirstByteMillis, int attempts, @Nullable Integer httpStatus) {

	public Settlement {
		finishedAt = finishedAt.truncatedTo(ChronoUnit.MICROS);
		if (usageSource == UsageSource.NONE && !usage.isEmpty()) {
			throw new IllegalArgumentException("a usage without a source");
		}
		if (status == Status.FAILED && usageSource != UsageSource.NONE) {
			throw new IllegalArgumentException("a call that failed before its first byte is not charged");
		}
	}

	/**
	 * The provider failed before its first byte: nothing is charged.
	 */
	public static Settlement failed(Instant finishedAt, int attempts, @Nullable Integer httpStatus) {
		return new Settlement(Status.FAILED, UsageSource.NONE, Usage.NONE, finishedAt, null, attempts, httpStatus);
	}

	/**
	 * The gateway died with the call open: the input estimate and what was last known to
	 * be delivered are charged.
	 */
	public static Settlement abandoned(CallOpened call, long outputTokens, Instant lastSeen) {
		return new Settlement(Status.ABANDONED, UsageSource.ESTIMATED,
				Usage.of(call.request().demand().inputTokens(), outputTokens), lastSeen, null, 1, null);
	}

	/**
	 * Nobody said how the call ended: the input estimate and what was delivered are
	 * charged.
	 */
	public static Settlement unattended(CallOpened call, long outputTokens, Instant finishedAt) {
		return new Settlement(Status.INTERRUPTED, UsageSource.ESTIMATED,
				Usage.of(call.request().demand().inputTokens(), outputTokens), finishedAt, null, 1, null);
	}

}
