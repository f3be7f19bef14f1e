package dev.tallygate.gateway.spool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the spool is doing.
 *
 * @param depth events that Kafka has not acknowledged yet
 * @param oldestUnsent when the oldest of them was written; null when there is none
 * @param bytes in all segments on the disk
 * @param heldBytes in memory, because the disk takes nothing
 * @param openCalls calls that are open
 * @param lastSeq the last sequence number given
 * @param writing whether the disk takes what it is given
 */
record SpoolState(long depth, @Nullable Instant oldestUnsent, long bytes, long heldBytes, int openCalls, long lastSeq,
		boolean writing) {

}
