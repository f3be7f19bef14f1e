/**
 * A call and its answer, whatever wire they travel on: what was asked, what the simulator
 * is told to do, what is generated and what it costs in tokens of each kind.
 */
@NullMarked
package dev.tallygate.simulator.call;

import org.jspecify.annotations.NullMarked;
