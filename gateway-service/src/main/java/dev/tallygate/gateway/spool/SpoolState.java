package dev.tallygate.gateway.spool;

import java.time.Duration;

/**
 * How the spool is doing.
 *
 * @param depth events that Kafka has not acknowledged yet
 * @param oldestUnsent how long the oldest of them has waited; zero when there is none
 * @param bytes in all segments on the disk
 * @param heldBytes in memory, because the disk takes nothing
 * @param openCalls calls that are open
 * @param lastSeq the last sequence number given
 * @param writing whether the disk takes what it is given
 */
record SpoolState(long depth, Duration oldestUnsent, long bytes, long heldBytes, int openCalls, long lastSeq,
		boolean writing) {

}
