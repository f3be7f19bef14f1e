package dev.tallygate.gateway.dialect;

import dev.tallygate.pricing.wire.UsageContext;

/**
 * What the reader of an answer needs beside the answer.
 *
 * @param callId names the call, where an answer of our own needs a name
 * @param usage what must be known to read a usage
 * @param room for what is kept of it until its end
 */
public record Reading(String callId, UsageContext usage, EventStreamSplitter.Room room) {

	/** Where there is room for all of it. */
	public Reading(String callId, UsageContext usage) {
		this(callId, usage, EventStreamSplitter.Room.UNBOUNDED);
	}

}
