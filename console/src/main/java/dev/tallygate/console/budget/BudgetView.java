package dev.tallygate.console.budget;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the budget panel shows.
 *
 * @param limited whether any limit binds; without one there is no bar
 * @param state in the words of budget-service
 * @param stateText the same for people
 * @param held what open calls may still cost; null where nothing is held
 * @param unheard that gateways do not say what is held there; null while all do
 * @param editable the owner's limit as the form shows it, dollars; empty without one
 */
public record BudgetView(boolean limited, String spent, @Nullable String limit, @Nullable String left,
		@Nullable String over, @Nullable String percent, String state, String stateText, @Nullable BudgetBar bar,
		@Nullable String held, @Nullable String unheard, @Nullable String forecast, String rule, String month,
		@Nullable String ends, String zone, String editable, boolean hard, @Nullable String asOf) {

	/**
	 * The view of a budget at a moment.
	 */
	public static BudgetView of(Budget budget, OpenCalls open, Instant now) {
		ZoneId zone = Moments.zone(budget.timeZone());
		Long limitCents = budget.limitCents();
		Long remaining = budget.remainingNanos();
		Instant end = budget.periodEnd();
		String state = state(budget.state());
		return new BudgetView(limitCents != null, Dollars.ofNanos(budget.spentNanos()),
				(limitCents != null) ? Dollars.ofCents(limitCents) : null,
				(remaining != null) ? Dollars.ofNanos(Math.max(0, remaining)) : null,
				(budget.overNanos() > 0) ? Dollars.ofNanos(budget.overNanos()) : null, budget.percentUsed(), state,
				stateText(state), (limitCents != null) ? bar(budget, open, limitCents) : null, held(open),
				unheard(open),
				(budget.forecastNanos() != null)
						? Dollars.ofNanos(wholeCents(Math.max(budget.forecastNanos(), budget.spentNanos()))) : null,
				rule(budget, limitCents),
				Moments.month((budget.periodStart() != null) ? budget.periodStart() : now, zone),
				(end != null) ? "Ends in "
						+ Moments.until(end, now) + ", on " + Moments.minute(end, zone) + " " + zoneName(zone) : null,
				zoneName(zone),
				(budget.monthlyBudgetCents() != null)
						? Dollars.ofCents(budget.monthlyBudgetCents()).replace("$", "").replace(",", "") : "",
				budget.hard(), (budget.asOf() != null) ? Moments.time(budget.asOf(), zone) : null);
	}

	/** The bar in words, for those who cannot see it. */
	public String label() {
		return ((this.percent != null) ? this.percent : "0") + " percent of the limit used"
				+ ((this.held != null) ? ", held " + this.held : "");
	}

	private static @Nullable String held(OpenCalls open) {
		return (open.heldNanos() > 0) ? "up to " + Dollars.ofNanos(open.heldNanos()) + " by "
				+ Dollars.count(open.openCalls()) + ((open.openCalls() == 1) ? " open call" : " open calls") : null;
	}

	private static @Nullable String unheard(OpenCalls open) {
		return switch (open.silentGateways()) {
			case 0 -> null;
			case 1 -> "One gateway has not said for a while what your calls hold there: it is not in these figures.";
			default -> Dollars.count(open.silentGateways())
					+ " gateways have not said for a while what your calls hold there: it is not in these figures.";
		};
	}

	private static BudgetBar bar(Budget budget, OpenCalls open, long limitCents) {
		List<Integer> thresholds = budget.thresholds();
		return BudgetBar.of(budget.spentNanos(), open.heldNanos(), limitCents,
				(budget.forecastNanos() != null) ? budget.forecastNanos() : 0,
				(thresholds != null) ? thresholds : List.of());
	}

	/**
	 * A forecast is a guess; nine places would claim otherwise. Never below the spend.
	 */
	private static long wholeCents(long nanos) {
		return nanos + Math.floorMod(-nanos, NanoUsd.PER_CENT);
	}

	private static String rule(Budget budget, @Nullable Long limitCents) {
		if (limitCents == null) {
			return "No monthly limit is set: no call is refused for its cost while the credits of the operator’s keys last.";
		}
		String whose = budget.ceilingBinds() ? "Your administrator set this limit. " : "";
		return whose + (budget.hard() ? "Calls that would go over the limit are refused."
				: "Going over the limit only alerts; calls go on.");
	}

	private static String state(@Nullable String state) {
		return switch (state) {
			case "ok", "warning", "critical", "exceeded" -> state;
			case null, default -> "none";
		};
	}

	private static String stateText(String state) {
		return switch (state) {
			case "ok" -> "On track";
			case "warning" -> "Most of it used";
			case "critical" -> "Nearly used up";
			case "exceeded" -> "Used up";
			default -> "No limit";
		};
	}

	private static String zoneName(ZoneId zone) {
		return "Z".equals(zone.getId()) ? "UTC" : zone.getId();
	}

}
