package dev.tallygate.gateway.dialect;

import java.util.function.ToLongFunction;

/**
 * What the reader of an answer needs beside the answer.
 *
 * @param tokenizer counts a text where it is too long to be kept
 * @param callId names the call, where an answer of our own needs a name
 */
public record Reading(ToLongFunction<String> tokenizer, String callId) {

}
