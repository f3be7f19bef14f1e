/**
 * Tells the ledger's events again, for those who lack some of them.
 */
@NullMarked
package dev.tallygate.metering.replay;

import org.jspecify.annotations.NullMarked;
