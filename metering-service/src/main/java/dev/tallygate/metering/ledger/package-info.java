/**
 * The ledger: what a row is, how rows get in once, what they sum up to.
 */
@NullMarked
package dev.tallygate.metering.ledger;

import org.jspecify.annotations.NullMarked;
