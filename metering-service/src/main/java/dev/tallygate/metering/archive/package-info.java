/**
 * Closed months leave the ledger for a Parquet file each.
 */
@NullMarked
package dev.tallygate.metering.archive;

import org.jspecify.annotations.NullMarked;
