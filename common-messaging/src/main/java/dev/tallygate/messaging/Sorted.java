package dev.tallygate.messaging;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UndecodableEventException;
import dev.tallygate.messaging.DeadLetters.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A batch sorted into what is handed over, what becomes a dead letter and what is
 * ignored.
 *
 * @param events to hand over, in order
 * @param deadLetters not readable or not acceptable
 * @param ignored how many are tombstones or of a type this version does not know
 */
record Sorted(List<Received> events, List<DeadLetter> deadLetters, int ignored) {

	static Sorted of(List<ConsumerRecord<byte[], byte[]>> batch) {
		List<Received> events = new ArrayList<>(batch.size());
		List<DeadLetter> deadLetters = new ArrayList<>();
		int ignored = 0;
		for (ConsumerRecord<byte[], byte[]> each : batch) {
			byte @Nullable [] value = each.value();
			if (value == null) {
				ignored++;
				continue;
			}
			try {
				Instant recordedAt = Instant.ofEpochMilli(each.timestamp());
				CloudEvent<?> event = EventCodec.decode(value);
				String reason = UsageRules.reject(event, recordedAt);
				if (reason == null) {
					events.add(new Received(event, each.partition(), each.offset(), recordedAt));
				}
				else {
					deadLetters.add(new DeadLetter(each, reason));
				}
			}
			catch (UndecodableEventException ex) {
				if (ex.isUnknownType()) {
					ignored++;
				}
				else {
					deadLetters.add(new DeadLetter(each, String.valueOf(ex.getMessage())));
				}
			}
			catch (RuntimeException ex) {
				// A decoder's surprise is the record's fault as well.
				deadLetters.add(new DeadLetter(each, "not a valid event: " + ex.getClass().getSimpleName()));
			}
		}
		return new Sorted(events, deadLetters, ignored);
	}

}
