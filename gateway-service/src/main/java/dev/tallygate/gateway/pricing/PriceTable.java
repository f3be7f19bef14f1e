package dev.tallygate.gateway.pricing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every model costs. It never changes; a new version is a new table. A model that is
 * not in it has no price, which is not the same as costing nothing.
 */
public final class PriceTable {

	/** Stands for every model of a provider that has no entry of its own. */
	public static final String ANY_MODEL = "*";

	private final String version;

	private final List<PricedModel> models;

	/** Per provider and model, the latest first. */
	private final Map<String, Map<String, List<ModelPrice>>> prices = new HashMap<>();

	private final Map<String, List<String>> providersByModel = new HashMap<>();

	/**
	 * A table of these models. One that occurs twice has several prices over time.
	 * @param version names the table; every charge made with it says so
	 */
	public PriceTable(String version, List<PricedModel> models) {
		this.version = version;
		this.models = models.stream()
			.sorted(Comparator.comparing(PricedModel::provider)
				.thenComparing(PricedModel::model)
				.thenComparing((entry) -> entry.price().effectiveFrom()))
			.toList();
		this.models.reversed()
			.forEach((entry) -> this.prices.computeIfAbsent(entry.provider(), (key) -> new HashMap<>())
				.computeIfAbsent(entry.model(), (key) -> new ArrayList<>())
				.add(entry.price()));
		this.prices.forEach((provider, priced) -> priced.keySet()
			.forEach(
					(model) -> this.providersByModel.computeIfAbsent(model, (key) -> new ArrayList<>()).add(provider)));
	}

	/**
	 * The name of this table, unlike that of any table with another content.
	 */
	public String version() {
		return this.version;
	}

	/**
	 * Every entry, by provider, model and time.
	 */
	public List<PricedModel> models() {
		return this.models;
	}

	/**
	 * What a model costs now, or null when it has no price.
	 */
	public @Nullable ModelPrice find(String provider, String model) {
		return find(provider, model, Instant.now());
	}

	/**
	 * What a model costs at a time, or null when it has no price then.
	 */
	public @Nullable ModelPrice find(String provider, String model, Instant at) {
		Map<String, List<ModelPrice>> priced = this.prices.get(provider);
		if (priced == null) {
			return null;
		}
		List<ModelPrice> found = priced.get(model);
		return effective((found != null) ? found : priced.getOrDefault(ANY_MODEL, List.of()), at);
	}

	private static @Nullable ModelPrice effective(List<ModelPrice> latestFirst, Instant at) {
		for (ModelPrice price : latestFirst) {
			if (!price.effectiveFrom().isAfter(at)) {
				return price;
			}
		}
		return null;
	}

	/**
	 * The providers that have a price for exactly this model name, sorted; none for a
	 * name the table does not know.
	 */
	public List<String> providersOf(String model) {
		if (ANY_MODEL.equals(model)) {
			return List.of();
		}
		return this.providersByModel.getOrDefault(model, List.of()).stream().sorted().toList();
	}

	/**
	 * This table with the models of another laid over it: where the other prices a model
	 * of a provider, all of its prices count and none of ours.
	 */
	PriceTable overlaidBy(PriceTable other) {
		TreeSet<String> replaced = new TreeSet<>();
		other.models.forEach((entry) -> replaced.add(entry.provider() + ':' + entry.model()));
		Stream<PricedModel> kept = this.models.stream()
			.filter((entry) -> !replaced.contains(entry.provider() + ':' + entry.model()));
		return new PriceTable(this.version + '+' + other.version, Stream.concat(kept, other.models.stream()).toList());
	}

}
