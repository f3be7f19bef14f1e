/**
 * The responses of OpenAI, stored ones included.
 */
@NullMarked
package dev.tallygate.simulator.responses;

import org.jspecify.annotations.NullMarked;
