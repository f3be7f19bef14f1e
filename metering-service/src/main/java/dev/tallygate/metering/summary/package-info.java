/**
 * What people ask of the ledger: sums by month, by day, by key, and the events
 * themselves.
 */
@NullMarked
package dev.tallygate.metering.summary;

import org.jspecify.annotations.NullMarked;
