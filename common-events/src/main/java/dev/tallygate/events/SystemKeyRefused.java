package dev.tallygate.events;

import java.time.Instant;

/**
 * A provider did not accept the operator's key. It has no sequence number: nothing was
 * relayed.
 *
 * @param provider which
 * @param refusedAt when
 */
public record SystemKeyRefused(String provider, Instant refusedAt) implements UsageEvent {

	/** Nobody: the event is about the operator's key, not about a person. */
	@Override
	public UserId userId() {
		return UserId.NOBODY;
	}

}
