package dev.tallygate.pricing;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A whole price row as JSON has it, for those who price calls elsewhere or show why a
 * call cost what it did. Readers pass by what they do not know.
 *
 * @param provider as in the row
 * @param model as in the row
 * @param effectiveFrom as in the row
 * @param cells every price
 * @param inclusive whether a prompt just as long as a threshold is past it
 * @param regions multipliers by region, as {@code 11/10}
 * @param speeds multipliers by speed
 * @param windows when the prices of the tier {@code off_peak} hold
 * @param ignored prices of the source that nobody here understands
 * @param maxInputTokens the longest prompt
 * @param maxOutputTokens the longest answer
 * @param mode what it is called for; null when its list does not say
 * @param aliasOf what its list takes the name to stand for; null for itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PriceRowJson(String provider, String model, Instant effectiveFrom, List<CellJson> cells,
		@Nullable Boolean inclusive, @Nullable Map<String, String> regions, @Nullable Map<String, String> speeds,
		@Nullable List<WindowJson> windows, @Nullable List<String> ignored, @Nullable Long maxInputTokens,
		@Nullable Long maxOutputTokens, @Nullable String mode, @Nullable String aliasOf) {

	/**
	 * One price.
	 *
	 * @param meter of what
	 * @param tier in which tier; null for the standard one
	 * @param past past which length of the prompt; null for the shortest
	 * @param priceNanos nano-USD per million
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record CellJson(String meter, @Nullable String tier, @Nullable Long past, long priceNanos) {

	}

	/**
	 * Hours of a week.
	 *
	 * @param days 1 for Monday to 7; null for none of the week, and where there are no
	 * dates for every day
	 * @param dates which days beside; null for none
	 * @param hours in UTC, as {@code 10:00-00:00}
	 * @param zone by whose calendar days are told
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record WindowJson(@Nullable List<Integer> days, @Nullable List<LocalDate> dates, List<String> hours,
			String zone) {

		static WindowJson of(TimeWindow window) {
			List<Integer> days = window.days().stream().map(DayOfWeek::getValue).sorted().toList();
			List<LocalDate> dates = window.dates().stream().sorted().toList();
			return new WindowJson(days.isEmpty() ? null : days, dates.isEmpty() ? null : dates,
					window.hours().stream().map(TimeWindow.Hours::toString).toList(), window.zone().getId());
		}

		TimeWindow window() {
			Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
			if (this.days != null) {
				this.days.forEach((day) -> days.add(DayOfWeek.of(day)));
			}
			return new TimeWindow(days, (this.dates != null) ? Set.copyOf(this.dates) : Set.of(),
					this.hours.stream().map(TimeWindow.Hours::parse).toList(), ZoneId.of(this.zone));
		}

	}

	/** A row as JSON has it. */
	public static PriceRowJson of(PriceRow row) {
		return new PriceRowJson(row.provider(), row.model(), row.effectiveFrom(),
				row.cells()
					.stream()
					.map((cell) -> new CellJson(cell.meter().key(), cell.tier().isEmpty() ? null : cell.tier(),
							(cell.past() != null) ? cell.past().tokens() : null, cell.priceNanos()))
					.toList(),
				row.thresholds().stream().anyMatch(Threshold::inclusive) ? Boolean.TRUE : null, texts(row.regions()),
				texts(row.speeds()),
				row.windows().isEmpty() ? null : row.windows().stream().map(WindowJson::of).toList(),
				row.ignored().isEmpty() ? null : row.ignored(), row.maxInputTokens(), row.maxOutputTokens(), row.mode(),
				row.aliasOf());
	}

	private static @Nullable Map<String, String> texts(Map<String, Multiplier> multipliers) {
		if (multipliers.isEmpty()) {
			return null;
		}
		Map<String, String> texts = new TreeMap<>();
		multipliers.forEach((name, multiplier) -> texts.put(name, multiplier.toString()));
		return texts;
	}

	/**
	 * The row.
	 * @throws RuntimeException when it makes no sense
	 */
	public PriceRow row() {
		PriceRow.Builder row = PriceRow.of(this.provider, this.model, this.effectiveFrom)
			.inclusive(Boolean.TRUE.equals(this.inclusive))
			.limits(this.maxInputTokens, this.maxOutputTokens)
			.mode(this.mode)
			.aliasOf(this.aliasOf);
		for (CellJson cell : this.cells) {
			Meter meter = Meter.of(cell.meter());
			if (meter != null) {
				row.price(meter, (cell.tier() != null) ? cell.tier() : PriceRow.STANDARD,
						(cell.past() != null) ? cell.past() : 0, cell.priceNanos());
			}
		}
		if (this.regions != null) {
			this.regions.forEach((name, text) -> row.region(name, Multiplier.parse(text)));
		}
		if (this.speeds != null) {
			this.speeds.forEach((name, text) -> row.speed(name, Multiplier.parse(text)));
		}
		if (this.windows != null) {
			this.windows.forEach((window) -> row.window(window.window()));
		}
		if (this.ignored != null) {
			this.ignored.forEach(row::ignored);
		}
		return row.build();
	}

}
