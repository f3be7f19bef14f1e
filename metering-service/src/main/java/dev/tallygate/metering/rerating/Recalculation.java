package dev.tallygate.metering.rerating;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.metering.ledger.LedgerReader;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.pricing.RatedUsage;
import dev.tallygate.pricing.Usage;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What calls should cost under a price table, from what they used by meter: the very
 * calculation that the gateway makes.
 *
 * @param job whose corrections they are
 * @param reason why
 * @param table the prices
 */
record Recalculation(UUID job, String reason, PriceTable table) {

	private static final String SOURCE = "/metering";

	/** What is to be done about a call. */
	Outcome of(LedgerReader.Costed call, Instant now) {
		UsageSettled settled = (UsageSettled) call.row().data();
		if (settled.status() == UsageSettled.Status.FAILED || settled.usageSource() == UsageSettled.UsageSource.NONE) {
			return new Right();
		}
		Usage usage = Usage.of(settled);
		if (!knowsAll(settled, usage)) {
			return new Skipped();
		}
		CallPrice price = CallPrice.find(this.table, settled.provider(), settled.model(), settled.startedAt());
		RatedUsage rated = (price != null) ? price.rate(usage, settled.model(), settled.startedAt()) : null;
		if (rated == null || rated.cost() == null) {
			return new Right();
		}
		NanoUsd delta = rated.cost().minus(new NanoUsd(call.costNanos()));
		boolean saysMore = call.unpriced() || call.partlyPriced() != rated.partlyPriced();
		return (delta.equals(NanoUsd.ZERO) && !saysMore) ? new Right()
				: new Correction(event(settled, rated, delta, now));
	}

	/**
	 * Whether the prices of all models that took part are here, but for those that had
	 * none when the call was settled and have none now.
	 */
	private boolean knowsAll(UsageSettled call, Usage usage) {
		Stream<@Nullable String> models = Stream.concat(usage.iterations().stream().map(Usage.Iteration::model),
				Stream.of(Optional.ofNullable(usage.served().model()).orElse(call.model())));
		return models.filter(Objects::nonNull)
			.allMatch((name) -> name.equals(call.model()) || this.table.knows(call.provider(), name)
					|| hadNoPrice(call, name));
	}

	private static boolean hadNoPrice(UsageSettled call, String model) {
		return call.unpricedMeters() != null
				&& call.unpricedMeters().stream().anyMatch((meter) -> meter.endsWith('@' + model));
	}

	private CloudEvent<UsageAdjusted> event(UsageSettled call, RatedUsage rated, NanoUsd delta, Instant now) {
		UsageAdjusted correction = new UsageAdjusted(call.callId(), call.userId(), this.job, this.reason, delta,
				this.table.version(), call.apiKeyId(), call.keyType(), call.agentId(), call.provider(), call.model(),
				call.credential(), call.period(), call.day(), rated.charges(),
				rated.partlyPriced() ? rated.unpricedMeters() : null);
		return CloudEvent.of(UsageAdjusted.idOf(call.callId(), this.job), SOURCE, now, correction);
	}

	/** What is to be done. */
	sealed interface Outcome {

	}

	/** It costs what it should, or has no price under this table. */
	record Right() implements Outcome {

	}

	/** Models took part whose prices nobody asked for. */
	record Skipped() implements Outcome {

	}

	/** It costs something else. */
	record Correction(CloudEvent<UsageAdjusted> event) implements Outcome {

	}

}
