/**
 * The usage ledger, its aggregates, and what people ask of them.
 */
@NullMarked
package dev.tallygate.metering;

import org.jspecify.annotations.NullMarked;
