package dev.tallygate.metering.rerating;

import dev.tallygate.pricing.PriceRowJson;
import java.util.List;

/**
 * The part of the gateway's answer to {@code GET /api/prices/{model}} that is needed
 * here.
 *
 * @param version the price table's version
 * @param rows everything that is known of the model's price over time
 */
record Prices(String version, List<PriceRowJson> rows) {

	/** Those of one provider. */
	Prices of(String provider) {
		return new Prices(this.version, this.rows.stream().filter((row) -> row.provider().equals(provider)).toList());
	}

}
