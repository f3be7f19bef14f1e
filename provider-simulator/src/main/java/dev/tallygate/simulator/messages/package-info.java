/**
 * The messages of Anthropic.
 */
@NullMarked
package dev.tallygate.simulator.messages;

import org.jspecify.annotations.NullMarked;
