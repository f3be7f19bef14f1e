package dev.tallygate.metering.rerating;

import java.util.List;

/**
 * The part of the gateway's answer to {@code GET /api/prices/{model}} that is needed
 * here.
 *
 * @param version the price table's version
 * @param prices the model's prices, one per provider
 */
record Prices(String version, List<Price> prices) {

	/** A model's price at a provider, in nano-USD per million tokens. */
	record Price(String provider, String model, long inputNanos, long outputNanos, long cacheReadNanos,
			long cacheWriteNanos) {

		TokenPrice perToken() {
			return new TokenPrice(this.inputNanos, this.outputNanos, this.cacheReadNanos, this.cacheWriteNanos);
		}

	}

}
