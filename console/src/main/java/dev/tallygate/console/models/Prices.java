package dev.tallygate.console.models;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.keys.ProviderNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The price table in force, as the gateway tells it.
 *
 * @param version names it
 */
public record Prices(@Nullable String version, @Nullable List<Price> prices) {

	/** The name of the row that holds for all models of a provider without one. */
	private static final String ANY = "*";

	/** Where the gateway does not say. */
	static final Prices NONE = new Prices(null, null);

	/** Whether the gateway says. */
	boolean known() {
		return this.prices != null;
	}

	private List<Price> all() {
		return ((this.prices != null) ? this.prices : List.<Price>of()).stream()
			.filter((price) -> price.provider() != null && price.model() != null)
			.toList();
	}

	/**
	 * The models by provider, each once.
	 * @param callable the proper names of the providers that can be called here; null
	 * where nobody knows
	 */
	public List<Group> groups(@Nullable Map<String, String> callable) {
		Map<String, TreeMap<String, Price>> byProvider = all().stream()
			.filter((price) -> !ANY.equals(price.model()))
			.collect(Collectors.groupingBy((price) -> String.valueOf(price.provider()), TreeMap::new,
					Collectors.toMap(Price::name, (price) -> price, (first, later) -> later, TreeMap::new)));
		List<Group> groups = new ArrayList<>();
		byProvider.forEach((provider, models) -> {
			String configured = (callable != null) ? callable.get(provider) : null;
			groups.add(new Group(provider, ProviderNames.of(provider, configured),
					callable == null || configured != null, List.copyOf(models.values())));
		});
		return groups;
	}

	/**
	 * What a model costs.
	 * @param name as {@code provider:model}
	 */
	Optional<Price> of(String name) {
		int colon = name.indexOf(':');
		String any = name.substring(0, Math.max(colon, 0)) + ":" + ANY;
		return all().stream()
			.filter((price) -> price.name().equals(name))
			.findFirst()
			.or(() -> all().stream().filter((price) -> price.name().equals(any)).findFirst());
	}

	/**
	 * The models of one provider.
	 *
	 * @param title its proper name
	 * @param callable whether it can be called here
	 */
	public record Group(String provider, String title, boolean callable, List<Price> models) {
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

		/** Such as {@code $0.15 in, $0.60 out}. */
		public String label() {
			if (this.inputNanos == null && this.outputNanos == null) {
				return "not by tokens";
			}
			return (this.outputNanos == null) ? in() + " in" : in() + " in, " + out() + " out";
		}

		/** Such as {@code $0.15 in and $0.60 out per million tokens}. */
		String inWords() {
			if (this.inputNanos == null && this.outputNanos == null) {
				return "what its call’s page will say, not by tokens";
			}
			if (nothing(this.inputNanos) && nothing(this.outputNanos)) {
				return "nothing";
			}
			return label().replace(", ", " and ") + " per million tokens";
		}

		private static boolean nothing(@Nullable Long nanos) {
			return nanos == null || nanos == 0;
		}

		private static String money(@Nullable Long nanos) {
			return (nanos != null) ? Dollars.ofNanos(nanos) : "–";
		}

	}

}
