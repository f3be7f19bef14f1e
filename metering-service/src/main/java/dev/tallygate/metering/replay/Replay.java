package dev.tallygate.metering.replay;

import dev.tallygate.events.Topics;
import dev.tallygate.messaging.Outbox;
import dev.tallygate.metering.ledger.LedgerReader;
import dev.tallygate.metering.ledger.LedgerReader.Place;
import dev.tallygate.metering.ledger.RecordedEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Publishes what the ledger has once more, word for word. Whoever counted an event
 * already knows it by its id.
 */
@Component
class Replay {

	private final LedgerReader ledger;

	private final Outbox outbox;

	Replay(LedgerReader ledger, Outbox outbox) {
		this.ledger = ledger;
		this.outbox = outbox;
	}

	/**
	 * Publishes the next events, in the order of users and event ids.
	 * @param since when the first of them came to the ledger
	 * @param after the place that all must follow
	 * @param most how many at most
	 */
	@Transactional
	Told step(Instant since, Place after, int most) {
		List<RecordedEvent> events = this.ledger.recordedSince(since, after, most);
		if (!events.isEmpty()) {
			this.outbox.appendAll(Topics.USAGE,
					events.stream()
						.map((each) -> new Outbox.Keyed(each.event().data().userId().toString(), each.event()))
						.toList());
		}
		return new Told(events.size(), (events.size() == most) ? events.getLast().place() : null);
	}

	/**
	 * What a step did.
	 *
	 * @param events how many it published
	 * @param reached where it stopped; null when there are no more
	 */
	record Told(int events, @Nullable Place reached) {

	}

}
