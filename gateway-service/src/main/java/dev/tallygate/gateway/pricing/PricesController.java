package dev.tallygate.gateway.pricing;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.security.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows the price table in force.
 */
@RestController
class PricesController {

	private final PriceTable table;

	PricesController(PriceTable table) {
		this.table = table;
	}

	@GetMapping("/api/prices")
	Prices prices() {
		return new Prices(this.table.version(), this.table.models().stream().map(Price::of).toList());
	}

	/**
	 * The prices of one model, named {@code provider:model}, {@code provider/model}, or
	 * bare; a bare name may have prices at several providers. A model that its provider
	 * has at the price of all others is shown with that.
	 */
	@GetMapping("/api/prices/{*model}")
	Prices prices(@PathVariable String model) {
		String name = model.substring(1);
		List<Price> own = this.table.models().stream().filter((entry) -> named(entry, name)).map(Price::of).toList();
		List<Price> found = own.isEmpty() ? likeAllOthers(name) : own;
		if (found.isEmpty()) {
			throw new ProblemException(HttpStatus.NOT_FOUND, "model_not_found",
					"No price is known for this model. GET /api/prices lists all of them.");
		}
		return new Prices(this.table.version(), found);
	}

	private List<Price> likeAllOthers(String name) {
		return this.table.models()
			.stream()
			.filter((entry) -> PriceTable.ANY_MODEL.equals(entry.model()))
			.filter((entry) -> name.startsWith(entry.provider() + ':') || name.startsWith(entry.provider() + '/'))
			.map(Price::of)
			.toList();
	}

	private static boolean named(PricedModel entry, String name) {
		String model = entry.model();
		return model.equals(name) || name.equals(entry.provider() + ':' + model)
				|| name.equals(entry.provider() + '/' + model);
	}

	record Prices(String version, List<Price> prices) {

	}

	/** All amounts are per million tokens. */
	record Price(String provider, String model, long inputNanos, String inputUsd, long outputNanos, String outputUsd,
			long cacheReadNanos, String cacheReadUsd, long cacheWriteNanos, String cacheWriteUsd,
			Instant effectiveFrom) {

		static Price of(PricedModel entry) {
			ModelPrice price = entry.price();
			return new Price(entry.provider(), entry.model(), price.input(), usd(price.input()), price.output(),
					usd(price.output()), price.cacheRead(), usd(price.cacheRead()), price.cacheWrite(),
					usd(price.cacheWrite()), price.effectiveFrom());
		}

		private static String usd(long nanos) {
			return new NanoUsd(nanos).toUsd();
		}

	}

}
