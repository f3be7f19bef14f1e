package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A correction of a settled call's cost. Its event id is {@link #idOf}, so a job that
 * runs twice corrects once.
 *
 * @param callId the corrected call
 * @param userId who had called
 * @param job the correcting job
 * @param reason why, in the operator's words
 * @param deltaNanos what to add to the cost, in nano-USD; negative lowers it
 * @param priceVersion the price table the corrected cost is made with
 * @param apiKeyId as in the call
 * @param keyType as in the call
 * @param agentId as in the call
 * @param provider as in the call
 * @param model as in the call
 * @param credential as in the call
 * @param period as in the call
 * @param day as in the call
 * @param charges what each meter of the call costs under the new price; null when the
 * correction does not say
 * @param unpricedMeters what the call used that has no price under the new price either;
 * null when all is priced
 */
public record UsageAdjusted(CallId callId, UserId userId, UUID job, String reason, NanoUsd deltaNanos,
		String priceVersion, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType, @Nullable AgentId agentId,
		String provider, String model, Credential credential, YearMonth period, LocalDate day,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<MeterCharge> charges,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> unpricedMeters) implements UsageEvent {

	/**
	 * A correction that says nothing of meters.
	 */
	public UsageAdjusted(CallId callId, UserId userId, UUID job, String reason, NanoUsd deltaNanos, String priceVersion,
			@Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType, @Nullable AgentId agentId, String provider,
			String model, Credential credential, YearMonth period, LocalDate day) {
		this(callId, userId, job, reason, deltaNanos, priceVersion, apiKeyId, keyType, agentId, provider, model,
				credential, period, day, null, null);
	}

	/**
	 * The event id of the correction of {@code callId} by {@code job}.
	 */
	public static UUID idOf(CallId callId, UUID job) {
		return UuidV7.derive(callId.value(), job.toString());
	}

}
