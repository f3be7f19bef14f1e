package dev.tallygate.gateway.dialect;

import dev.tallygate.pricing.wire.UsageContext;
import java.util.function.ToLongFunction;

/**
 * What the reader of an answer needs beside the answer.
 *
 * @param tokenizer counts a text where it is too long to be kept
 * @param callId names the call, where an answer of our own needs a name
 * @param usage what must be known to read a usage
 */
public record Reading(ToLongFunction<String> tokenizer, String callId, UsageContext usage) {

}
