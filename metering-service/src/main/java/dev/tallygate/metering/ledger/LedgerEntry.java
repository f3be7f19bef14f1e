package dev.tallygate.metering.ledger;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
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
 * @param effect what a correction does to its call; none on a settled call
 */
public record LedgerEntry(UUID eventId, CallId callId, UserId userId, @Nullable ApiKeyId apiKeyId,
		@Nullable KeyType keyType, @Nullable AgentId agentId, String provider, String model, Credential credential,
		@Nullable NanoUsd costNanos, @Nullable String priceVersion, YearMonth period, LocalDate day, String source,
		@Nullable Long seq, Instant recordedAt, @Nullable UsageSettled settled, @Nullable UsageAdjusted correction,
		Effect effect) {

	/** The row of a settled call. */
	public static LedgerEntry of(CloudEvent<?> event, UsageSettled call, Instant recordedAt) {
		return new LedgerEntry(event.id(), call.callId(), call.userId(), call.apiKeyId(), call.keyType(),
				call.agentId(), call.provider(), call.model(), call.credential(), call.costNanos(), call.priceVersion(),
				call.period(), call.day(), event.source(), event.seq(), recordedAt, call, null, Effect.NONE);
	}

	/** The row of a correction. */
	public static LedgerEntry of(CloudEvent<?> event, UsageAdjusted correction, Instant recordedAt) {
		return new LedgerEntry(event.id(), correction.callId(), correction.userId(), correction.apiKeyId(),
				correction.keyType(), correction.agentId(), correction.provider(), correction.model(),
				correction.credential(), correction.deltaNanos(), correction.priceVersion(), correction.period(),
				correction.day(), event.source(), null, recordedAt, null, correction, Effect.NONE);
	}

	/** The month, in UTC, of the partition it lands in. */
	YearMonth partition() {
		return YearMonth.from(this.callId.openedAt().atZone(ZoneOffset.UTC));
	}

	/** The day, in UTC, on which the call opened. */
	LocalDate utcDay() {
		return LocalDate.ofInstant(this.callId.openedAt(), ZoneOffset.UTC);
	}

	/** The idempotency key. */
	public Key key() {
		return new Key(this.userId, this.eventId);
	}

	/** What the call was named by. */
	@Nullable Map<String, String> tags() {
		return (this.settled != null) ? this.settled.tags() : this.effect.tags();
	}

	/** What each meter costs from this row on. */
	@Nullable List<MeterCharge> charges() {
		return (this.settled != null) ? this.settled.charges()
				: (this.correction != null) ? this.correction.charges() : null;
	}

	/** What was used but has no price from this row on. */
	@Nullable List<String> unpricedMeters() {
		return (this.settled != null) ? this.settled.unpricedMeters()
				: (this.correction != null) ? this.correction.unpricedMeters() : null;
	}

	/** Whether it is a call that counts and has no price. */
	boolean isUnpriced() {
		return counts() && this.costNanos == null;
	}

	/** Whether it is a call that counts and has a price for a part of it only. */
	boolean isPartlyPriced() {
		return counts() && this.costNanos != null && unpricedMeters() != null;
	}

	private boolean counts() {
		return this.settled != null && this.settled.status() != UsageSettled.Status.FAILED;
	}

	LedgerEntry withEffect(Effect found) {
		return new LedgerEntry(this.eventId, this.callId, this.userId, this.apiKeyId, this.keyType, this.agentId,
				this.provider, this.model, this.credential, this.costNanos, this.priceVersion, this.period, this.day,
				this.source, this.seq, this.recordedAt, this.settled, this.correction, found);
	}

	/**
	 * The ledger's key.
	 *
	 * @param user who called
	 * @param event the event
	 */
	public record Key(UserId user, UUID event) {

	}

	/**
	 * What a correction does to its call.
	 *
	 * @param tags those of the call
	 * @param unpricedChange what it adds to the number of unpriced calls
	 * @param partlyPricedChange what it adds to the number of partly priced calls
	 */
	record Effect(@Nullable Map<String, String> tags, int unpricedChange, int partlyPricedChange) {

		static final Effect NONE = new Effect(null, 0, 0);

	}

}
