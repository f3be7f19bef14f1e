package dev.tallygate.events;

import java.time.Instant;

/**
 * A gateway's orderly stop: it has no open call and has sent everything. Counts as closed
 * only while no later sequence number of the source is seen, for the same spool opens
 * again at the next start.
 *
 * @param lastSeq the last sequence number given, 0 when none was
 * @param closedAt when
 */
public record SourceClosed(long lastSeq, Instant closedAt) implements UsageEvent {

	/** Nobody: the event is not about a person. */
	@Override
	public UserId userId() {
		return UserId.NOBODY;
	}

}
