package dev.tallygate.metering.ledger;

import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import java.time.Instant;
import java.util.List;

/**
 * A call and what was made of it since.
 *
 * @param call as it was settled
 * @param corrections in the order in which they came
 */
public record CallHistory(UsageSettled call, List<Correction> corrections) {

	/**
	 * A correction.
	 *
	 * @param data what it says
	 * @param recordedAt when it came to the topic
	 */
	public record Correction(UsageAdjusted data, Instant recordedAt) {

	}

}
