package dev.tallygate.gateway.admission;

import dev.tallygate.events.Credential;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.time.YearMonth;

/**
 * A call of this gateway that has settled.
 *
 * @param userId who called
 * @param seq its sequence number; {@link Long#MAX_VALUE} when it never got one and so
 * will never be counted by anybody else
 * @param costNanos its cost in nano-USD, 0 when unpriced
 * @param credential whose provider key paid
 * @param startedAt when it opened
 * @param period the month its cost counts in
 */
public record PostedCall(UserId userId, long seq, long costNanos, Credential credential, Instant startedAt,
		YearMonth period) {

}
