package dev.tallygate.pricing;

import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs from some moment on: nano-USD per million of each meter, by tier and
 * by how long the prompt is, with multipliers by region and speed and other prices within
 * time windows. Immutable.
 */
public final class PriceRow {

	/** Stands for every model of a provider that has no row of its own. */
	public static final String ANY_MODEL = "*";

	/** The tier of batches. */
	public static final String BATCH = "batch";

	/** The prices of the time windows, kept as a tier of their own. */
	public static final String OFF_PEAK = "off_peak";

	/** The tier that is served unless something else is said. */
	public static final String STANDARD = "";

	/**
	 * Begins the names of tiers of searches that take less or more context than usual.
	 */
	public static final String SEARCH_CONTEXT = "search_";

	/** The region that stands for every one that is not global. */
	public static final String ANY_REGION = "*";

	/**
	 * The highest price: ten dollars for one of a meter. With counts up to
	 * {@link Quantities#LIMIT} it keeps all sums within 128 bits.
	 */
	public static final long LIMIT = 10_000_000_000_000_000L;

	/** What a model is called for that makes pictures. */
	private static final String PICTURES = "image_generation";

	private static final long NONE = -1;

	private final String provider;

	private final String model;

	private final Instant effectiveFrom;

	private final List<Threshold> thresholds;

	/** Per tier, per threshold passed (0 for none) and meter; -1 for no price. */
	private final Map<String, long[]> tiers;

	private final long[] standard;

	private final Map<String, Multiplier> regions;

	private final Map<String, Multiplier> speeds;

	private final List<TimeWindow> windows;

	private final List<String> ignored;

	private final @Nullable String mode;

	private final @Nullable String aliasOf;

	private final @Nullable Long maxInputTokens;

	private final @Nullable Long maxOutputTokens;

	private PriceRow(Builder builder) {
		this.provider = builder.provider;
		this.model = builder.model;
		this.effectiveFrom = builder.effectiveFrom;
		this.thresholds = builder.thresholds();
		this.tiers = builder.tiers(this.thresholds);
		this.standard = Objects.requireNonNull(this.tiers.get(STANDARD));
		this.regions = Collections.unmodifiableMap(new TreeMap<>(builder.regions));
		this.speeds = Collections.unmodifiableMap(new TreeMap<>(builder.speeds));
		this.windows = List.copyOf(builder.windows);
		this.ignored = List.copyOf(new TreeSet<>(builder.ignored));
		this.mode = builder.mode;
		this.aliasOf = builder.aliasOf;
		this.maxInputTokens = builder.maxInputTokens;
		this.maxOutputTokens = builder.maxOutputTokens;
	}

	/**
	 * A row to be filled in.
	 */
	public static Builder of(String provider, String model, Instant effectiveFrom) {
		return new Builder(provider, model, effectiveFrom);
	}

	/**
	 * A row of text alone, in which cached tokens cost what others do.
	 */
	public static PriceRow of(String provider, String model, long input, long output, Instant effectiveFrom) {
		return of(provider, model, effectiveFrom).price(Meter.INPUT, input).price(Meter.OUTPUT, output).build();
	}

	/** Configured or published name of the provider, such as {@code openai}. */
	public String provider() {
		return this.provider;
	}

	/** The provider's name for the model, or {@link #ANY_MODEL}. */
	public String model() {
		return this.model;
	}

	/** From when it holds. */
	public Instant effectiveFrom() {
		return this.effectiveFrom;
	}

	/** Where other prices begin, shortest first. */
	public List<Threshold> thresholds() {
		return this.thresholds;
	}

	/** Multipliers by region. */
	public Map<String, Multiplier> regions() {
		return this.regions;
	}

	/** Multipliers by speed. */
	public Map<String, Multiplier> speeds() {
		return this.speeds;
	}

	/** When the prices of {@link #OFF_PEAK} hold. */
	public List<TimeWindow> windows() {
		return this.windows;
	}

	/** What its source says of prices that nobody here understands. */
	public List<String> ignored() {
		return this.ignored;
	}

	/**
	 * What it is called for, such as {@code embedding}; null when its list does not say.
	 */
	public @Nullable String mode() {
		return this.mode;
	}

	/**
	 * What its list takes the name to stand for; null where it stands for itself.
	 */
	public @Nullable String aliasOf() {
		return this.aliasOf;
	}

	/** Whether a call costs something by itself, beside its tokens. */
	boolean isChargedByTheCall() {
		return price(Meter.REQUEST) != null;
	}

	/**
	 * Whether it searches the web for every answer, asked to or not, as Perplexity's
	 * models do and OpenAI's search models on the chat route.
	 */
	boolean searchesWithEveryCall() {
		return price(Meter.WEB_SEARCH) != null
				&& ("perplexity".equals(this.provider) || this.model.contains("-search-"));
	}

	/** Whether it makes pictures, asked for or not. */
	public boolean makesPictures() {
		return PICTURES.equals(this.mode) && price(Meter.IMAGE_OUTPUT) != null;
	}

	/** The longest prompt the model takes; null when not known. */
	public @Nullable Long maxInputTokens() {
		return this.maxInputTokens;
	}

	/** The longest answer the model gives; null when not known. */
	public @Nullable Long maxOutputTokens() {
		return this.maxOutputTokens;
	}

	/** The plain price of a meter, or null when it has none of its own. */
	public @Nullable Long price(Meter meter) {
		return price(STANDARD, 0, meter);
	}

	/**
	 * The price of a meter, or null when it has none of its own there.
	 * @param context how many thresholds the prompt is past
	 */
	public @Nullable Long price(String tier, int context, Meter meter) {
		long[] cells = this.tiers.get(tier);
		long price = (cells != null) ? cells[context * Meter.COUNT + meter.index()] : NONE;
		return (price >= 0) ? Long.valueOf(price) : null;
	}

	/**
	 * What a meter costs in the plainest case, fall-backs included; null for no price.
	 */
	public @Nullable Long plainPrice(Meter meter) {
		long price = PriceSearch.find(this, STANDARD, false, 0, meter, null);
		return (price >= 0) ? Long.valueOf(price) : null;
	}

	/** Every price it has. */
	public List<Cell> cells() {
		List<Cell> cells = new ArrayList<>();
		this.tiers.forEach((tier, prices) -> {
			for (int i = 0; i < prices.length; i++) {
				if (prices[i] >= 0) {
					int context = i / Meter.COUNT;
					cells.add(new Cell(Meter.at(i % Meter.COUNT), tier,
							(context == 0) ? null : this.thresholds.get(context - 1), prices[i]));
				}
			}
		});
		return cells;
	}

	/** The tiers that have a price, the standard one included. */
	public java.util.Set<String> tiers() {
		return this.tiers.keySet();
	}

	/**
	 * One price.
	 *
	 * @param meter of what
	 * @param tier in which tier, {@link #STANDARD} for the plain one
	 * @param past the threshold it begins at; null for the shortest prompts
	 * @param priceNanos nano-USD per million
	 */
	public record Cell(Meter meter, String tier, @Nullable Threshold past, long priceNanos) {

	}

	/** Whether nothing that a call can use costs anything. */
	public boolean isFree() {
		for (long[] prices : this.tiers.values()) {
			for (long price : prices) {
				if (price > 0) {
					return false;
				}
			}
		}
		return true;
	}

	long at(String tier, int context, Meter meter) {
		long[] cells = tier.isEmpty() ? this.standard : this.tiers.get(tier);
		return (cells != null) ? cells[context * Meter.COUNT + meter.index()] : NONE;
	}

	/** Whether a tier, or the standard one in its place, has prices of its own there. */
	boolean hasPricesPast(String tier, int context) {
		for (Meter meter : Meter.all()) {
			if (at(tier, context, meter) >= 0 || at(STANDARD, context, meter) >= 0) {
				return true;
			}
		}
		return false;
	}

	boolean isOffPeak(Instant at) {
		for (TimeWindow window : this.windows) {
			if (window.contains(at)) {
				return true;
			}
		}
		return false;
	}

	/** How many thresholds a prompt is past. */
	int contextOf(long prompt) {
		int passed = 0;
		for (int i = 0; i < this.thresholds.size(); i++) {
			if (this.thresholds.get(i).isPassedBy(prompt)) {
				passed = i + 1;
			}
		}
		return passed;
	}

	/**
	 * What a usage costs, all of it by this row.
	 * @param at when the call opened
	 */
	public RatedUsage rate(Usage usage, Instant at) {
		return Rating.of(this, usage, at, (name) -> null);
	}

	/**
	 * What a usage costs.
	 * @param at when the call opened
	 * @param others finds the rows of other models that took part
	 */
	public RatedUsage rate(Usage usage, Instant at, RowFinder others) {
		return Rating.of(this, usage, at, others);
	}

	/** Finds the row of another model of the same provider. */
	@FunctionalInterface
	public interface RowFinder {

		/** The row, or null when the model has no price. */
		@Nullable PriceRow find(String model);

	}

	/**
	 * The most that a call can cost which reaches no further than {@code reach}.
	 */
	public NanoUsd worstCase(Reach reach, long inputTokens, long outputTokens) {
		return WorstCase.of(this, reach, inputTokens, outputTokens);
	}

	/** This row with its plainest prices multiplied out for one way to be served. */
	public PriceRow plainAt(Served served, long prompt, Instant at) {
		Builder plain = of(this.provider, this.model, this.effectiveFrom);
		Served conditions = served;
		Multiplier multiplier = PriceSearch.multiplier(this, conditions, null);
		boolean offPeak = isOffPeak(at);
		for (Meter meter : List.of(Meter.INPUT, Meter.OUTPUT, Meter.CACHE_READ, Meter.CACHE_WRITE_5M)) {
			long price = PriceSearch.find(this, PriceSearch.tierOf(conditions), offPeak, contextOf(prompt), meter,
					null);
			if (price >= 0) {
				Sum128 exact = new Sum128();
				exact.add(price, multiplier.numerator());
				plain.price(meter, exact.dividedHalfEven(multiplier.denominator(), LIMIT));
			}
		}
		return plain.build();
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof PriceRow that && this.provider.equals(that.provider) && this.model.equals(that.model)
				&& this.effectiveFrom.equals(that.effectiveFrom) && samePrices(that);
	}

	/** Whether another row costs the same, whenever it begins. */
	public boolean samePrices(PriceRow that) {
		return this.thresholds.equals(that.thresholds) && this.regions.equals(that.regions)
				&& this.speeds.equals(that.speeds) && this.windows.equals(that.windows)
				&& this.tiers.keySet().equals(that.tiers.keySet())
				&& this.tiers.entrySet()
					.stream()
					.allMatch((entry) -> Arrays.equals(entry.getValue(), that.tiers.get(entry.getKey())));
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.provider, this.model, this.effectiveFrom);
	}

	@Override
	public String toString() {
		return this.provider + ':' + this.model + " from " + this.effectiveFrom + ' ' + cells();
	}

	/** Fills a row in. */
	public static final class Builder {

		private final String provider;

		private final String model;

		private final Instant effectiveFrom;

		private final Map<CellKey, Long> prices = new LinkedHashMap<>();

		private boolean inclusive;

		private final Map<String, Multiplier> regions = new TreeMap<>();

		private final Map<String, Multiplier> speeds = new TreeMap<>();

		private final List<TimeWindow> windows = new ArrayList<>();

		private final List<String> ignored = new ArrayList<>();

		private @Nullable String mode;

		private @Nullable String aliasOf;

		private @Nullable Long maxInputTokens;

		private @Nullable Long maxOutputTokens;

		private record CellKey(Meter meter, String tier, long past) {

		}

		private Builder(String provider, String model, Instant effectiveFrom) {
			this.provider = provider;
			this.model = model;
			this.effectiveFrom = effectiveFrom;
		}

		/** The plain price of a meter. */
		public Builder price(Meter meter, long priceNanos) {
			return price(meter, STANDARD, 0, priceNanos);
		}

		/**
		 * The price of a meter.
		 * @param past the threshold it begins at, 0 for the shortest prompts
		 */
		public Builder price(Meter meter, String tier, long past, long priceNanos) {
			if (priceNanos < 0 || priceNanos > LIMIT) {
				throw new IllegalArgumentException(
						meter.key() + " price must be 0 to " + LIMIT + " nano-USD per million: " + priceNanos);
			}
			if (past < 0 || past > Quantities.LIMIT) {
				throw new IllegalArgumentException(meter.key() + " has an impossible threshold: " + past);
			}
			this.prices.put(new CellKey(meter, tier, past), priceNanos);
			return this;
		}

		/** Whether a plain price of a meter is there already. */
		public boolean has(Meter meter) {
			return this.prices.containsKey(new CellKey(meter, STANDARD, 0));
		}

		/** Whether there is any price. */
		public boolean isEmpty() {
			return this.prices.isEmpty();
		}

		/** Gives a meter all the prices of another. */
		public Builder copy(Meter from, Meter to) {
			List.copyOf(this.prices.entrySet()).forEach((entry) -> {
				if (entry.getKey().meter() == from) {
					this.prices.putIfAbsent(new CellKey(to, entry.getKey().tier(), entry.getKey().past()),
							entry.getValue());
				}
			});
			return this;
		}

		/** A prompt just as long as a threshold is past it. */
		public Builder inclusive(boolean value) {
			this.inclusive = value;
			return this;
		}

		/** A region that is dearer, {@link PriceRow#ANY_REGION} for all but global. */
		public Builder region(String name, Multiplier multiplier) {
			this.regions.put(name, multiplier);
			return this;
		}

		/** A speed that is dearer. */
		public Builder speed(String name, Multiplier multiplier) {
			this.speeds.put(name, multiplier);
			return this;
		}

		/** When the prices of {@link PriceRow#OFF_PEAK} hold. */
		public Builder window(TimeWindow window) {
			this.windows.add(window);
			return this;
		}

		/** A price of the source's that nobody here understands. */
		public Builder ignored(String name) {
			this.ignored.add(name);
			return this;
		}

		/** What it is called for. */
		public Builder mode(@Nullable String name) {
			this.mode = name;
			return this;
		}

		/** What the name stands for. */
		public Builder aliasOf(@Nullable String name) {
			this.aliasOf = name;
			return this;
		}

		/** What the model takes and gives at most. */
		public Builder limits(@Nullable Long maxInput, @Nullable Long maxOutput) {
			this.maxInputTokens = maxInput;
			this.maxOutputTokens = maxOutput;
			return this;
		}

		/** The row. */
		public PriceRow build() {
			return new PriceRow(this);
		}

		private List<Threshold> thresholds() {
			return this.prices.keySet()
				.stream()
				.map(CellKey::past)
				.filter((past) -> past > 0)
				.distinct()
				.sorted()
				.map((past) -> new Threshold(past, this.inclusive))
				.toList();
		}

		private Map<String, long[]> tiers(List<Threshold> thresholds) {
			Map<String, long[]> tiers = new TreeMap<>();
			tiers.put(STANDARD, none(thresholds));
			this.prices.forEach((key, price) -> {
				int context = 0;
				while (key.past() > 0 && thresholds.get(context).tokens() != key.past()) {
					context++;
				}
				int row = (key.past() > 0) ? context + 1 : 0;
				tiers.computeIfAbsent(key.tier(), (name) -> none(thresholds))[row * Meter.COUNT
						+ key.meter().index()] = price;
			});
			return tiers;
		}

		private static long[] none(List<Threshold> thresholds) {
			long[] cells = new long[(thresholds.size() + 1) * Meter.COUNT];
			Arrays.fill(cells, NONE);
			return cells;
		}

	}

}
