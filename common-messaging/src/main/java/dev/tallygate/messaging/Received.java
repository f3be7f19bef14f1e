package dev.tallygate.messaging;

import dev.tallygate.events.CloudEvent;
import java.time.Instant;

/**
 * An event as an intake hands it over: decoded, acceptable, and not handed over before by
 * this consumer group, except that its producer may have sent it twice.
 *
 * @param event the event
 * @param partition where it was
 * @param offset its place there
 * @param recordedAt the record's time
 */
public record Received(CloudEvent<?> event, int partition, long offset, Instant recordedAt) {

}
