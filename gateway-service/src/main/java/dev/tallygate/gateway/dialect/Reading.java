package dev.tallygate.gateway.dialect;

import dev.tallygate.pricing.wire.UsageContext;

/**
 * What the reader of an answer needs beside the answer.
 *
 * @param callId names the call, where an answer of our own needs a name
 * @param usage what must be known to read a usage
 */
public record Reading(String callId, UsageContext usage) {

}
