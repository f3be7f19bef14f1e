package dev.tallygate.events;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvents 1.0 envelope. The {@code type} attribute follows from the data's class,
 * the {@code subject} from its user.
 *
 * @param id unique within the source; the idempotency key of usage events
 * @param source who says so, such as {@code /gateway/<instance>/<epoch>}
 * @param time when it happened
 * @param seq the position in the source, gapless from 1, on {@code usage.settled} only;
 * decimal text on the wire, since an integer of CloudEvents ends at 2³¹
 * @param data what happened
 * @param <T> the kind of data
 */
public record CloudEvent<T extends EventData>(UUID id, String source, Instant time, @Nullable Long seq, T data) {

	/**
	 * An event without a sequence number.
	 */
	public static <T extends EventData> CloudEvent<T> of(UUID id, String source, Instant time, T data) {
		return new CloudEvent<>(id, source, time, null, data);
	}

	/**
	 * The CloudEvents type, such as {@code dev.tallygate.usage.settled.v1}.
	 */
	public String type() {
		return EventTypes.nameOf(this.data.getClass());
	}

}
