package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.PriceTable;

/**
 * Knows the price table in force. It changes when the operator's file does: ask anew for
 * each call, and then stay with the table that was given.
 */
@FunctionalInterface
public interface Prices {

	/** The table in force. */
	PriceTable inForce();

}
