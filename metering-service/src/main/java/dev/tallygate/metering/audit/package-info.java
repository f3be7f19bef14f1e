/**
 * Whether the books are whole: ledger against aggregates, gaps, dead letters.
 */
@NullMarked
package dev.tallygate.metering.audit;

import org.jspecify.annotations.NullMarked;
