package dev.tallygate.console.models;

import dev.tallygate.console.Dollars;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The price table in force, as the gateway tells it.
 *
 * @param version names it
 */
public record Prices(@Nullable String version, @Nullable List<Price> prices) {

	/** The models by provider, each once, those with a price first. */
	public Map<String, List<Price>> byProvider() {
		return ((this.prices != null) ? this.prices : List.<Price>of()).stream()
			.filter((price) -> price.provider() != null && price.model() != null && !"*".equals(price.model()))
			.collect(Collectors.groupingBy((price) -> String.valueOf(price.provider()), TreeMap::new,
					Collectors.collectingAndThen(
							Collectors.toMap(Price::name, (price) -> price, (first, later) -> later, TreeMap::new),
							(byName) -> List.copyOf(byName.values()))));
	}

	/**
	 * A model's prices, nano-USD per million tokens.
	 */
	public record Price(@Nullable String provider, @Nullable String model, @Nullable Long inputNanos,
			@Nullable Long outputNanos) {

		public String name() {
			return this.provider + ":" + this.model;
		}

		public String in() {
			return money(this.inputNanos);
		}

		public String out() {
			return money(this.outputNanos);
		}

		private static String money(@Nullable Long nanos) {
			return (nanos != null) ? Dollars.ofNanos(nanos) : "–";
		}

	}

}
