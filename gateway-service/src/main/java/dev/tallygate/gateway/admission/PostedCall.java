package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * A call of this gateway that has settled.
 *
 * @param userId who called
 * @param apiKey with which key; null for a caller without one
 * @param seq its sequence number, or {@link #NEVER_COUNTED}
 * @param costNanos its cost in nano-USD, 0 when unpriced
 * @param credential whose provider key paid
 * @param startedAt when it opened
 * @param day the day its cost counts in, in the time zone of the user's budget
 */
public record PostedCall(UserId userId, @Nullable ApiKeyId apiKey, long seq, long costNanos, Credential credential,
		Instant startedAt, LocalDate day) {

	/**
	 * The number of a call whose record is lost, so that nobody else will ever count it.
	 */
	public static final long NEVER_COUNTED = 0;

	Kind kind() {
		return Kind.of(this.day, this.startedAt, this.credential, this.apiKey);
	}

}
