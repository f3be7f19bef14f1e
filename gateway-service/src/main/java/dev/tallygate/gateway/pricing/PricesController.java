package dev.tallygate.gateway.pricing;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.PriceRowJson;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows the price table in force.
 */
@RestController
class PricesController {

	private final PricesInForce prices;

	private final Clock clock = Clock.systemUTC();

	PricesController(PricesInForce prices) {
		this.prices = prices;
	}

	/** The plain prices of now of every model that can be called. */
	@GetMapping("/api/prices")
	Listed prices() {
		PriceTable table = this.prices.inForce();
		Instant now = this.clock.instant();
		Map<List<String>, PriceRow> current = new LinkedHashMap<>();
		table.models().forEach((row) -> {
			if (!row.effectiveFrom().isAfter(now)) {
				current.put(List.of(row.provider(), row.model()), row);
			}
		});
		return new Listed(table.version(), (this.prices.problem() != null) ? Boolean.TRUE : null,
				current.values().stream().map((row) -> Price.of(row, false)).toList());
	}

	/**
	 * All about the prices of one model, named {@code provider:model},
	 * {@code provider/model}, or bare; a bare name may have prices at several providers.
	 * A model that its provider has at the price of all others is shown with that.
	 */
	@GetMapping("/api/prices/{*model}")
	Shown prices(@PathVariable String model) {
		PriceTable table = this.prices.inForce();
		List<PriceRow> rows = rowsOf(table, model.substring(1));
		if (rows.isEmpty()) {
			throw new ProblemException(HttpStatus.NOT_FOUND, ErrorCode.MODEL_NOT_FOUND,
					"No price is known for this model. GET /api/prices lists all of them.");
		}
		Instant now = this.clock.instant();
		Map<List<String>, PriceRow> current = new LinkedHashMap<>();
		TreeSet<String> ignored = new TreeSet<>();
		for (PriceRow row : rows) {
			boolean begun = !row.effectiveFrom().isAfter(now);
			List<String> key = List.of(row.provider(), row.model());
			if (begun || !current.containsKey(key)) {
				current.put(key, row);
			}
			ignored.addAll(row.ignored());
		}
		return new Shown(table.version(), current.values().stream().map((row) -> Price.of(row, true)).toList(),
				rows.stream().map(PriceRowJson::of).toList(), List.copyOf(ignored));
	}

	private static List<PriceRow> rowsOf(PriceTable table, String name) {
		List<PriceRow> found = new ArrayList<>();
		for (String provider : table.providersOf(name)) {
			found.addAll(table.rowsOf(provider, name).reversed());
		}
		for (int at = 1; at < name.length() && found.isEmpty(); at++) {
			if (name.charAt(at) == ':' || name.charAt(at) == '/') {
				String provider = name.substring(0, at);
				List<PriceRow> rows = table.rowsOf(provider, name.substring(at + 1));
				found.addAll((rows.isEmpty() ? table.rowsOf(provider, PriceRow.ANY_MODEL) : rows).reversed());
			}
		}
		return found;
	}

	/**
	 * What differs between two tables, by default from the bundled one to the one in
	 * force.
	 * @param from version of one that is or was in force, or {@code bundled}
	 * @param to version of another
	 */
	@GetMapping("/api/prices/diff")
	Differences difference(@RequestParam(defaultValue = "bundled") String from,
			@RequestParam(defaultValue = "current") String to) {
		PriceTable before = table("from", from);
		PriceTable after = table("to", to);
		return new Differences(before.version(), after.version(),
				before.differencesTo(after).stream().map(Difference::of).toList());
	}

	private PriceTable table(String field, String version) {
		List<PriceTable> known = new ArrayList<>(List.of(this.prices.inForce(), this.prices.bundled()));
		known.addAll(this.prices.earlier());
		if ("bundled".equals(version)) {
			return this.prices.bundled();
		}
		if ("current".equals(version)) {
			return this.prices.inForce();
		}
		return known.stream()
			.filter((table) -> table.version().equals(version))
			.findFirst()
			.orElseThrow(() -> ProblemException.invalidField(field,
					"must be 'bundled', 'current' or the version of a table that was in force since the start"));
	}

	/**
	 * All prices.
	 *
	 * @param version of the table in force
	 * @param fileBroken true when the operator's file cannot be used as it is now
	 * @param prices by provider and model
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Listed(String version, @Nullable Boolean fileBroken, List<Price> prices) {

	}

	/**
	 * One model.
	 *
	 * @param version of the table in force
	 * @param prices what holds now, one a provider
	 * @param rows everything that is known of it over time, the earliest first
	 * @param ignored prices of its source that nobody here understands
	 */
	record Shown(String version, List<Price> prices, List<PriceRowJson> rows, List<String> ignored) {

	}

	/** All amounts are per million tokens. */
	record Price(String provider, String model, @Nullable Long inputNanos, @Nullable String inputUsd,
			@Nullable Long outputNanos, @Nullable String outputUsd, @Nullable Long cacheReadNanos,
			@Nullable String cacheReadUsd, @Nullable Long cacheWriteNanos, @Nullable String cacheWriteUsd,
			Instant effectiveFrom, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<String> ignored,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable PriceRowJson row) {

		static Price of(PriceRow row, boolean whole) {
			Long input = row.plainPrice(Meter.INPUT);
			Long output = row.plainPrice(Meter.OUTPUT);
			Long read = row.plainPrice(Meter.CACHE_READ);
			Long write = row.plainPrice(Meter.CACHE_WRITE_5M);
			return new Price(row.provider(), row.model(), input, usd(input), output, usd(output), read, usd(read),
					write, usd(write), row.effectiveFrom(), whole ? row.ignored() : null,
					whole ? PriceRowJson.of(row) : null);
		}

		private static @Nullable String usd(@Nullable Long nanos) {
			return (nanos != null) ? new NanoUsd(nanos).toUsd() : null;
		}

	}

	/** What differs between two tables. */
	record Differences(String from, String to, List<Difference> differences) {

	}

	/**
	 * A row that differs.
	 *
	 * @param change what became of it: added, removed or changed
	 */
	record Difference(String provider, String model, Instant effectiveFrom, String change,
			@Nullable PriceRowJson before, @Nullable PriceRowJson after) {

		static Difference of(PriceTable.Difference difference) {
			PriceRow before = difference.before();
			PriceRow after = difference.after();
			PriceRow either = (after != null) ? after : java.util.Objects.requireNonNull(before);
			return new Difference(either.provider(), either.model(), either.effectiveFrom(),
					(before == null) ? "added" : (after == null) ? "removed" : "changed",
					(before != null) ? PriceRowJson.of(before) : null, (after != null) ? PriceRowJson.of(after) : null);
		}

	}

}
