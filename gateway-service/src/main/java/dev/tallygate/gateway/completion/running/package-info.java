/**
 * Calls that run, as other threads see them: kept alive, cut and waited for.
 */
@NullMarked
package dev.tallygate.gateway.completion.running;

import org.jspecify.annotations.NullMarked;
