package dev.tallygate.metering.rerating;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;
import java.util.UUID;
import dev.tallygate.metering.ledger.LedgerReader;
import org.jspecify.annotations.Nullable;

/**
 * The re-rating of a month's calls of a model.
 *
 * @param id also the {@code job} of its corrections
 * @param priceVersion the price table it rates with
 * @param state {@code running} while it looks at calls, {@code applying} until the ledger
 * has all its corrections, {@code done}
 * @param examined calls looked at
 * @param adjusted corrections published
 * @param deltaNanos what they add up to, in nano-USD
 */
record RerateJob(UUID id, YearMonth period, String provider, String model, String reason, String priceVersion,
		String state, long examined, long adjusted, NanoUsd deltaNanos, String deltaUsd, Instant createdAt,
		@Nullable Instant finishedAt, @JsonIgnore TokenPrice price, @JsonIgnore LedgerReader.Place reached) {

	private static final String SOURCE = "/metering";

	/**
	 * The correction of a call, none when it costs what it should.
	 * @param costNanos what it costs so far, earlier corrections included
	 */
	Optional<CloudEvent<UsageAdjusted>> correct(UsageSettled call, long costNanos, Instant now) {
		if (call.status() == UsageSettled.Status.FAILED || call.usageSource() == UsageSettled.UsageSource.NONE) {
			return Optional.empty();
		}
		NanoUsd delta = this.price.cost(call).minus(new NanoUsd(costNanos));
		if (delta.equals(NanoUsd.ZERO)) {
			return Optional.empty();
		}
		UsageAdjusted correction = new UsageAdjusted(call.callId(), call.userId(), this.id, this.reason, delta,
				this.priceVersion, call.apiKeyId(), call.keyType(), call.agentId(), call.provider(), call.model(),
				call.credential(), call.period(), call.day());
		return Optional.of(CloudEvent.of(UsageAdjusted.idOf(call.callId(), this.id), SOURCE, now, correction));
	}

}
