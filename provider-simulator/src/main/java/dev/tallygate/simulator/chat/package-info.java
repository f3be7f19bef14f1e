/**
 * The chat completions of OpenAI and of those who copy them.
 */
@NullMarked
package dev.tallygate.simulator.chat;

import org.jspecify.annotations.NullMarked;
