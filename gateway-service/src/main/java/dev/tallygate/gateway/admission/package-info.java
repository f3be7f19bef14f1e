/**
 * Whether a call may be made: budget, credits and open calls, as sealed outcomes.
 */
@NullMarked
package dev.tallygate.gateway.admission;

import org.jspecify.annotations.NullMarked;
