package dev.tallygate.pricing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What every model costs, over time. It never changes; a new version is a new table. A
 * model that is not in it has no price, which is not the same as costing nothing.
 */
public final class PriceTable {

	private static final String FINE_TUNED = "ft:";

	private final String version;

	private final List<PriceRow> rows;

	/** Per provider and model, the latest first. */
	private final Map<String, Map<String, List<PriceRow>>> byModel = new HashMap<>();

	/** The names of providers that have a row for a model. */
	private final Map<String, Set<String>> providersByModel = new HashMap<>();

	/**
	 * A table of these rows. Of rows of one model that begin at the same moment the last
	 * counts.
	 * @param version names the table; every charge made with it says so
	 */
	public PriceTable(String version, List<PriceRow> rows) {
		this.version = version;
		Map<List<Object>, PriceRow> distinct = new LinkedHashMap<>();
		rows.forEach((row) -> distinct.put(List.of(row.provider(), row.model(), row.effectiveFrom()), row));
		this.rows = distinct.values()
			.stream()
			.sorted(Comparator.comparing(PriceRow::provider)
				.thenComparing(PriceRow::model)
				.thenComparing(PriceRow::effectiveFrom))
			.toList();
		this.rows.reversed()
			.forEach((row) -> this.byModel.computeIfAbsent(row.provider(), (key) -> new HashMap<>())
				.computeIfAbsent(row.model(), (key) -> new ArrayList<>())
				.add(row));
		this.rows.forEach((row) -> this.providersByModel.computeIfAbsent(row.model(), (key) -> new TreeSet<>())
			.add(row.provider()));
	}

	/**
	 * The name of this table, unlike that of any table with another content.
	 */
	public String version() {
		return this.version;
	}

	/**
	 * Every row, by provider, model and time.
	 */
	public List<PriceRow> rows() {
		return this.rows;
	}

	/**
	 * The rows of what can be called, in the same order: all but those that are no model.
	 */
	public List<PriceRow> models() {
		return this.rows.stream().filter((row) -> !NoModel.is(row)).toList();
	}

	/**
	 * What a model costs at a time, or null when it has no price then.
	 * @param provider configured or published name of the provider
	 */
	public @Nullable PriceRow find(String provider, String model, Instant at) {
		PriceRow own = effective(rowsOf(provider, model), at);
		return (own != null) ? own : effective(rowsOf(provider, PriceRow.ANY_MODEL), at);
	}

	/**
	 * All rows of a model, the latest first; of its own, not of every model. A fine-tuned
	 * model has those of what it was made from.
	 */
	public List<PriceRow> rowsOf(String provider, String model) {
		List<PriceRow> own = named(provider, model);
		String listed = listed(model);
		return (!own.isEmpty() || listed.equals(model)) ? own : named(provider, listed);
	}

	private List<PriceRow> named(String provider, String model) {
		Map<String, List<PriceRow>> named = this.byModel.get(provider);
		List<PriceRow> rows = (named != null) ? named.get(model) : null;
		if (rows == null) {
			String published = ProviderNames.published(provider);
			named = published.equals(provider) ? null : this.byModel.get(published);
			rows = (named != null) ? named.get(model) : null;
		}
		return (rows != null) ? rows : List.of();
	}

	/**
	 * Under which name lists have a model: a fine-tuned one is called
	 * {@code ft:base:organisation:name:id}, and listed as {@code ft:base}.
	 */
	private static String listed(String model) {
		int end = model.startsWith(FINE_TUNED) ? model.indexOf(':', FINE_TUNED.length()) : -1;
		return (end > 0) ? model.substring(0, end) : model;
	}

	/**
	 * Whether a name is no model's, but has the prices of all that were made from one: so
	 * much of the name of a fine-tuned model as lists have.
	 */
	private static boolean isOfFineTuned(String model) {
		return model.startsWith(FINE_TUNED) && listed(model).equals(model);
	}

	private static @Nullable PriceRow effective(List<PriceRow> latestFirst, Instant at) {
		for (PriceRow row : latestFirst) {
			if (!row.effectiveFrom().isAfter(at)) {
				return row;
			}
		}
		return null;
	}

	/** Whether the table has a row for this model name of a provider. */
	public boolean knows(String provider, String model) {
		return !PriceRow.ANY_MODEL.equals(model) && !rowsOf(provider, model).isEmpty();
	}

	/**
	 * Whether calls can name this model of a provider: it has a row of its own, or is
	 * fine-tuned from one that has.
	 */
	public boolean hasModel(String provider, String model) {
		return knows(provider, model) && !isOfFineTuned(model) && !NoModel.is(rowsOf(provider, model).getFirst());
	}

	/**
	 * How the names of a provider's fine-tuned models begin, sorted.
	 */
	public List<String> fineTunedOf(String provider) {
		TreeSet<String> beginnings = new TreeSet<>();
		for (String name : List.of(provider, ProviderNames.published(provider))) {
			beginnings.addAll(this.byModel.getOrDefault(name, Map.of()).keySet());
		}
		beginnings.removeIf((model) -> !isOfFineTuned(model));
		return List.copyOf(beginnings);
	}

	/**
	 * The names by which models of a provider can be called, sorted.
	 */
	public List<String> modelsOf(String provider) {
		TreeSet<String> models = new TreeSet<>();
		for (String name : List.of(provider, ProviderNames.published(provider))) {
			this.byModel.getOrDefault(name, Map.of()).forEach((model, rows) -> {
				if (!NoModel.is(rows.getFirst())) {
					models.add(model);
				}
			});
		}
		models.remove(PriceRow.ANY_MODEL);
		models.removeIf(PriceTable::isOfFineTuned);
		return List.copyOf(models);
	}

	/**
	 * The published names of the providers that have a row for this model name, sorted;
	 * none for a name the table does not know.
	 */
	public List<String> providersOf(String model) {
		if (PriceRow.ANY_MODEL.equals(model)) {
			return List.of();
		}
		Set<String> own = this.providersByModel.get(model);
		return List.copyOf((own != null) ? own : this.providersByModel.getOrDefault(listed(model), Set.of()));
	}

	/**
	 * This table with the models of another laid over it: where the other prices a model
	 * of a provider, all of its rows count and none of ours, but for those of the time
	 * before its own begin.
	 */
	public PriceTable overlaidBy(PriceTable other, String newVersion) {
		Map<List<String>, Instant> begins = new HashMap<>();
		other.rows.forEach((row) -> begins.merge(List.of(ProviderNames.published(row.provider()), row.model()),
				row.effectiveFrom(), (left, right) -> left.isBefore(right) ? left : right));
		Stream<PriceRow> kept = this.rows.stream().filter((row) -> {
			Instant begin = begins.get(List.of(ProviderNames.published(row.provider()), row.model()));
			return begin == null || row.effectiveFrom().isBefore(begin);
		});
		return new PriceTable(newVersion, Stream.concat(kept, other.rows.stream()).toList());
	}

	/**
	 * This table and what an earlier one had of models that this one has no longer: a
	 * price that a call was made with never goes away.
	 */
	public PriceTable keeping(PriceTable earlier) {
		Set<List<String>> known = new HashSet<>();
		this.rows.forEach((row) -> known.add(List.of(row.provider(), row.model())));
		List<PriceRow> gone = earlier.rows.stream()
			.filter((row) -> !known.contains(List.of(row.provider(), row.model())))
			.toList();
		return gone.isEmpty() ? this
				: new PriceTable(this.version, Stream.concat(this.rows.stream(), gone.stream()).toList());
	}

	/** What differs in another table. */
	public List<Difference> differencesTo(PriceTable other) {
		Map<List<Object>, PriceRow> before = byKey(this.rows);
		Map<List<Object>, PriceRow> after = byKey(other.rows);
		List<Difference> differences = new ArrayList<>();
		before.forEach((key, row) -> {
			PriceRow changed = after.get(key);
			if (changed == null || !changed.samePrices(row)) {
				differences.add(new Difference(row, changed));
			}
		});
		after.forEach((key, row) -> {
			if (!before.containsKey(key)) {
				differences.add(new Difference(null, row));
			}
		});
		return differences;
	}

	private static Map<List<Object>, PriceRow> byKey(List<PriceRow> rows) {
		Map<List<Object>, PriceRow> byKey = new LinkedHashMap<>();
		rows.forEach((row) -> byKey.put(List.of(row.provider(), row.model(), row.effectiveFrom()), row));
		return byKey;
	}

	/**
	 * A row that another table has otherwise.
	 *
	 * @param before null when it is new
	 * @param after null when it is gone
	 */
	public record Difference(@Nullable PriceRow before, @Nullable PriceRow after) {

	}

}
