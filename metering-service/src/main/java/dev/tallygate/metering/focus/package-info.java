/**
 * A month as FinOps tools read it: FOCUS 1.2.
 */
@NullMarked
package dev.tallygate.metering.focus;

import org.jspecify.annotations.NullMarked;
