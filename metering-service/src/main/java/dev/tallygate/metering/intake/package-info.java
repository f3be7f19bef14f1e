/**
 * From the usage topic into the ledger.
 */
@NullMarked
package dev.tallygate.metering.intake;

import org.jspecify.annotations.NullMarked;
