package dev.tallygate.metering.summary;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageBasis;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.metering.ledger.CallHistory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All about one call.
 *
 * @param event as the gateway told it
 * @param charges what each meter was charged when the call was settled
 * @param priceVersion the price table they were made with
 * @param reported what the provider said was used
 * @param corrections in the order in which they came
 * @param costNanos what it costs now, corrections included; null while it has no price
 * @param priced whether it has a price now
 * @param unpricedMeters what has no price now
 */
record CallReport(UsageSettled event, List<Charge> charges, @Nullable String priceVersion, Reported reported,
		List<Correction> corrections, @Nullable NanoUsd costNanos, @Nullable String costUsd, boolean priced,
		List<String> unpricedMeters) {

	static CallReport of(CallHistory history) {
		UsageSettled call = history.call();
		NanoUsd first = call.costNanos();
		boolean priced = first != null || !history.corrections().isEmpty();
		NanoUsd now = history.corrections()
			.stream()
			.map((each) -> each.data().deltaNanos())
			.reduce((first != null) ? first : NanoUsd.ZERO, NanoUsd::plus);
		return new CallReport(call, charges(call.charges()), call.priceVersion(), Reported.of(call),
				history.corrections().stream().map(Correction::of).toList(), priced ? now : null,
				priced ? now.toUsd() : null, priced, unpriced(history));
	}

	/** The last one that speaks of meters counts. */
	private static List<String> unpriced(CallHistory history) {
		List<String> meters = history.call().unpricedMeters();
		for (CallHistory.Correction each : history.corrections()) {
			if (each.data().charges() != null) {
				meters = each.data().unpricedMeters();
			}
		}
		return (meters != null) ? meters : List.of();
	}

	private static List<Charge> charges(@Nullable List<MeterCharge> charges) {
		return (charges != null) ? charges.stream().map(Charge::of).toList() : List.of();
	}

	/** What one meter costs; the price is for a million of it. */
	record Charge(String meter, long quantity, long priceNanos, String priceUsd,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String multiplier,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String model, NanoUsd costNanos, String costUsd) {

		static Charge of(MeterCharge charge) {
			return new Charge(charge.meter(), charge.quantity(), charge.priceNanos(),
					new NanoUsd(charge.priceNanos()).toUsd(), charge.multiplier(), charge.model(), charge.costNanos(),
					charge.costNanos().toUsd());
		}

	}

	/** What was used, and under which conditions it was served. */
	record Reported(UsageSettled.UsageSource usageSource, @Nullable Long inputTokens,
			@Nullable Long cacheReadInputTokens, @Nullable Long cacheWriteInputTokens, @Nullable Long outputTokens,
			@Nullable Long reasoningOutputTokens, @Nullable Map<String, Long> quantities, @Nullable UsageBasis basis) {

		static Reported of(UsageSettled call) {
			return new Reported(call.usageSource(), call.inputTokens(), call.cacheReadInputTokens(),
					call.cacheWriteInputTokens(), call.outputTokens(), call.reasoningOutputTokens(), call.quantities(),
					call.basis());
		}

	}

	/**
	 * A correction.
	 *
	 * @param charges what each meter costs from then on, where the correction says so
	 */
	record Correction(UUID id, UUID job, String reason, NanoUsd deltaNanos, String deltaUsd, String priceVersion,
			Instant recordedAt, List<Charge> charges) {

		static Correction of(CallHistory.Correction correction) {
			UsageAdjusted data = correction.data();
			return new Correction(UsageAdjusted.idOf(data.callId(), data.job()), data.job(), data.reason(),
					data.deltaNanos(), data.deltaNanos().toUsd(), data.priceVersion(), correction.recordedAt(),
					CallReport.charges(data.charges()));
		}

	}

}
