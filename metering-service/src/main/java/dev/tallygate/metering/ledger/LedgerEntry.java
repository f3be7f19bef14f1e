package dev.tallygate.metering.ledger;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the ledger.
 *
 * @param eventId the idempotency key
 * @param callId the call it belongs to
 * @param userId who called
 * @param apiKeyId with which key
 * @param keyType the kind of that key
 * @param agentId the agent named
 * @param provider configured name of the provider
 * @param model the model that was called
 * @param credential whose provider key paid
 * @param costNanos what it adds to the cost; null when unpriced
 * @param priceVersion the price table it was made with
 * @param period the month it counts in
 * @param day the day it counts in
 * @param source who said so
 * @param seq its number in the source; null on corrections
 * @param recordedAt when it came to the topic
 * @param settled what only a settled call has; null on a correction
 * @param correction what only a correction has; null on a settled call
 */
public record LedgerEntry(UUID eventId, CallId callId, UserId userId, @Nullable ApiKeyId apiKeyId,
		@Nullable KeyType keyType, @Nullable AgentId agentId, String provider, String model, Credential credential,
		@Nullable NanoUsd costNanos, @Nullable String priceVersion, YearMonth period, LocalDate day, String source,
		@Nullable Long seq, Instant recordedAt, @Nullable UsageSettled settled, @Nullable UsageAdjusted correction) {

	/** The row of a settled call. */
	public static LedgerEntry of(CloudEvent<?> event, UsageSettled call, Instant recordedAt) {
		return new LedgerEntry(event.id(), call.callId(), call.userId(), call.apiKeyId(), call.keyType(),
				call.agentId(), call.provider(), call.model(), call.credential(), call.costNanos(), call.priceVersion(),
				call.period(), call.day(), event.source(), event.seq(), recordedAt, call, null);
	}

	/** The row of a correction. */
	public static LedgerEntry of(CloudEvent<?> event, UsageAdjusted correction, Instant recordedAt) {
		return new LedgerEntry(event.id(), correction.callId(), correction.userId(), correction.apiKeyId(),
				correction.keyType(), correction.agentId(), correction.provider(), correction.model(),
				correction.credential(), correction.deltaNanos(), correction.priceVersion(), correction.period(),
				correction.day(), event.source(), null, recordedAt, null, correction);
	}

	/** The month, in UTC, of the partition it lands in. */
	YearMonth partition() {
		return YearMonth.from(this.callId.openedAt().atZone(ZoneOffset.UTC));
	}

	/** The day, in UTC, on which the call opened. */
	LocalDate utcDay() {
		return LocalDate.ofInstant(this.callId.openedAt(), ZoneOffset.UTC);
	}

}
