/**
 * The routes of the wires, their error envelopes and the relay.
 */
@NullMarked
package dev.tallygate.gateway.completion;

import org.jspecify.annotations.NullMarked;
