package dev.tallygate.pricing;

import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageBasis;
import dev.tallygate.pricing.PriceRow.RowFinder;
import dev.tallygate.pricing.Usage.Iteration;
import dev.tallygate.pricing.Usage.Mark;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The one formula for cost. Every meter used is a line: quantity times price times
 * multiplier. The lines are summed exactly and rounded half-even once; each charge is its
 * line rounded down, and what is left over goes to the largest.
 */
final class Rating {

	static final long PER_MILLION = 1_000_000L;

	/** No provider reports it: it is there. */
	private static final Quantities THE_CALL = Quantities.builder().add(Meter.REQUEST, 1).build();

	private final Instant at;

	private final Served served;

	/** Whether tokens cost nothing. */
	private final boolean refused;

	private final List<Line> lines = new ArrayList<>(6);

	private final List<String> fallbacks = new ArrayList<>(0);

	private final TreeSet<String> unpriced = new TreeSet<>();

	private Quantities priced = Quantities.NONE;

	private @Nullable Threshold context;

	private boolean offPeak;

	private record Line(Meter meter, long quantity, long price, Multiplier multiplier, @Nullable String model) {

	}

	private Rating(Usage usage, Instant at) {
		this.at = at;
		this.served = usage.served();
		this.refused = usage.marks().contains(Mark.REFUSED);
		this.unpriced.addAll(usage.unknown());
	}

	static RatedUsage of(PriceRow row, Usage usage, Instant at, RowFinder others) {
		return of(row, usage, at, others, null);
	}

	/**
	 * What a usage costs.
	 * @param model whose row it is, where it is not that of the call's own model
	 */
	static RatedUsage of(PriceRow row, Usage usage, Instant at, RowFinder others, @Nullable String model) {
		Rating rating = new Rating(usage, at);
		if (usage.iterations().isEmpty()) {
			rating.add(row, usage.quantities(), model);
		}
		for (Iteration run : usage.iterations()) {
			rating.add(row, run, others, model);
		}
		if (row.isChargedByTheCall() && !usage.isEmpty() && !usage.quantities().has(Meter.REQUEST)) {
			rating.add(row, THE_CALL, model);
		}
		return rating.rated(usage);
	}

	/** Quantities in which reasoning is output, as where it has no price of its own. */
	static Quantities merged(Quantities quantities) {
		return quantities.has(Meter.REASONING) ? quantities.toBuilder().merge(Meter.REASONING, Meter.OUTPUT).build()
				: quantities;
	}

	private void add(PriceRow row, Iteration run, RowFinder others, @Nullable String own) {
		String model = run.model();
		if (model == null || model.equals(row.model())) {
			add(row, run.quantities(), own);
			return;
		}
		PriceRow other = others.find(model);
		if (other != null) {
			add(other, run.quantities(), model);
			return;
		}
		run.quantities().toMap().keySet().forEach((meter) -> this.unpriced.add(meter + '@' + model));
		this.priced = this.priced.plus(merged(run.quantities()));
	}

	private void add(PriceRow row, Quantities used, @Nullable String model) {
		int passed = row.contextOf(used.prompt());
		boolean reduced = row.isOffPeak(this.at);
		String tier = PriceSearch.tierOf(this.served);
		Quantities quantities = used;
		if (used.has(Meter.REASONING) && PriceSearch.isReasoningOutput(row, tier, reduced, passed)) {
			quantities = merged(used);
		}
		Multiplier multiplier = PriceSearch.multiplier(row, this.served, this.fallbacks);
		for (int i = 0; i < Meter.COUNT; i++) {
			Meter meter = Meter.at(i);
			long quantity = quantities.get(meter);
			if (quantity > 0) {
				add(row, tier, reduced, passed, meter, quantity, multiplier, model);
			}
		}
		this.priced = this.priced.isEmpty() ? quantities : this.priced.plus(quantities);
		if (passed > 0 && row.hasPricesPast(tier, passed)) {
			this.context = row.thresholds().get(passed - 1);
		}
		this.offPeak |= reduced && tier.isEmpty();
	}

	private void add(PriceRow row, String tier, boolean reduced, int passed, Meter meter, long quantity,
			Multiplier multiplier, @Nullable String model) {
		if (this.refused && (meter.isToken() || meter == Meter.REQUEST)) {
			return;
		}
		long price = (meter == Meter.WEB_SEARCH) ? PriceSearch.ofSearch(row, this.served.searchContext())
				: PriceSearch.NONE;
		if (price < 0) {
			price = PriceSearch.find(row, tier, reduced, passed, meter, meter.isToken() ? this.fallbacks : null);
		}
		if (price < 0 && meter == Meter.REQUEST) {
			// A list without a price by the call charges nothing for it.
			return;
		}
		if (price < 0) {
			this.unpriced.add((model == null) ? meter.key() : meter.key() + '@' + model);
			return;
		}
		this.lines.add(new Line(meter, quantity, price, meter.isToken() ? multiplier : Multiplier.ONE, model));
	}

	private RatedUsage rated(Usage usage) {
		long denominator = commonDenominator();
		long[] costs = (denominator > 0) ? narrow(denominator) : wide();
		List<MeterCharge> charges = new ArrayList<>(this.lines.size());
		long cost = 0;
		for (int i = 0; i < costs.length; i++) {
			Line line = this.lines.get(i);
			cost += costs[i];
			charges.add(new MeterCharge(line.meter().key(), line.quantity(), line.price(),
					Multiplier.ONE.equals(line.multiplier()) ? null : line.multiplier().toString(),
					new NanoUsd(costs[i]), line.model()));
		}
		return new RatedUsage(new NanoUsd(cost), this.priced.toMap(),
				basisOf(usage, this.fallbacks, this.context, this.offPeak ? PriceRow.OFF_PEAK : null), charges,
				List.copyOf(this.unpriced));
	}

	/** The one denominator that all lines have that have any; 0 when they differ. */
	private long commonDenominator() {
		long common = 1;
		for (Line line : this.lines) {
			long denominator = line.multiplier().denominator();
			if (denominator != 1 && common != 1 && denominator != common) {
				return 0;
			}
			common = Math.max(common, denominator);
		}
		return common;
	}

	private long[] narrow(long denominator) {
		long divisor = PER_MILLION * denominator;
		Sum128 total = new Sum128();
		long[] costs = new long[this.lines.size()];
		for (int i = 0; i < costs.length; i++) {
			Line line = this.lines.get(i);
			long factor = line.multiplier().numerator() * (denominator / line.multiplier().denominator());
			total.add(line.quantity(), line.price(), factor);
			Sum128 own = new Sum128();
			own.add(line.quantity(), line.price(), factor);
			costs[i] = own.dividedDown(divisor, RatedUsage.COST_LIMIT);
		}
		return spread(costs, total.dividedHalfEven(divisor, RatedUsage.COST_LIMIT));
	}

	/** The same for models whose multipliers have nothing in common. */
	private long[] wide() {
		BigInteger denominator = BigInteger.ONE;
		for (Line line : this.lines) {
			BigInteger own = BigInteger.valueOf(line.multiplier().denominator());
			denominator = denominator.multiply(own).divide(denominator.gcd(own));
		}
		BigInteger divisor = denominator.multiply(BigInteger.valueOf(PER_MILLION));
		BigInteger total = BigInteger.ZERO;
		long[] costs = new long[this.lines.size()];
		for (int i = 0; i < costs.length; i++) {
			Line line = this.lines.get(i);
			BigInteger product = BigInteger.valueOf(line.quantity())
				.multiply(BigInteger.valueOf(line.price()))
				.multiply(BigInteger.valueOf(line.multiplier().numerator()))
				.multiply(denominator.divide(BigInteger.valueOf(line.multiplier().denominator())));
			total = total.add(product);
			costs[i] = atMost(product.divide(divisor));
		}
		BigInteger[] quotient = total.divideAndRemainder(divisor);
		int half = quotient[1].shiftLeft(1).compareTo(divisor);
		boolean up = half > 0 || (half == 0 && quotient[0].testBit(0));
		return spread(costs, atMost(up ? quotient[0].add(BigInteger.ONE) : quotient[0]));
	}

	private static long atMost(BigInteger value) {
		return value.min(BigInteger.valueOf(RatedUsage.COST_LIMIT)).longValueExact();
	}

	/** Makes charges that were rounded down sum to the cost. */
	private static long[] spread(long[] costs, long cost) {
		long rest = cost;
		for (long each : costs) {
			rest -= each;
		}
		if (rest > 0) {
			costs[largest(costs)] += rest;
		}
		while (rest < 0) {
			int i = largest(costs);
			long less = Math.min(costs[i], -rest);
			costs[i] -= less;
			rest += less;
		}
		return costs;
	}

	private static int largest(long[] costs) {
		int largest = 0;
		for (int i = 1; i < costs.length; i++) {
			if (costs[i] > costs[largest]) {
				largest = i;
			}
		}
		return largest;
	}

	static @Nullable UsageBasis basisOf(Usage usage, List<String> fallbacks, @Nullable Threshold context,
			@Nullable String window) {
		Served served = usage.served();
		UsageBasis basis = new UsageBasis(served.serviceTier(), served.batch() ? Boolean.TRUE : null,
				(context != null) ? context.toString() : null, served.region(), served.speed(), window,
				usage.iterations().isEmpty() ? null : usage.iterations().stream().map(Rating::told).toList(),
				fallbacks.isEmpty() ? null : List.copyOf(fallbacks),
				usage.marks().isEmpty() ? null : usage.marks().stream().map(Mark::key).toList(),
				served.searchContext());
		return UsageBasis.PLAIN.equals(basis) ? null : basis;
	}

	private static UsageBasis.Iteration told(Iteration run) {
		return new UsageBasis.Iteration(run.type(), run.model(), run.quantities().toMap());
	}

}
