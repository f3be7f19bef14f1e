package dev.tallygate.messaging;

import dev.tallygate.events.CloudEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A record of a topic that is read as a whole.
 *
 * @param partition where it was
 * @param offset its place there
 * @param recordedAt the record's time
 * @param key the record key, empty when it had none
 * @param event what happened; null for a tombstone
 */
public record TopicRecord(int partition, long offset, Instant recordedAt, String key, @Nullable CloudEvent<?> event) {

}
