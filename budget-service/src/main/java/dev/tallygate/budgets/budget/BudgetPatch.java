package dev.tallygate.budgets.budget;

import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.security.problem.ProblemException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.databind.JsonNode;

/**
 * A change of a budget as its owner or an administrator sends it: what is absent stays as
 * it is, a null amount is no limit.
 *
 * @param body the request's JSON object
 */
record BudgetPatch(JsonNode body) {

	private static final String BUDGET = "monthlyBudgetCents";

	private static final String ENFORCEMENT = "enforcement";

	private static final String THRESHOLDS = "thresholds";

	private static final String TIME_ZONE = "timeZone";

	private static final String CEILING = "ceilingCents";

	private static final Set<String> FIELDS = Set.of(BUDGET, ENFORCEMENT, THRESHOLDS, TIME_ZONE, CEILING);

	/** What is echoed: a secret that slid into the place of a name is not. */
	private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z_]{0,39}[0-9]{0,3}");

	/**
	 * Whether it speaks of the ceiling, which only an administrator may.
	 */
	boolean touchesCeiling() {
		return this.body.has(CEILING);
	}

	/**
	 * The budget with the changes.
	 * @throws ProblemException a 400 that names the field which is wrong
	 */
	Budget applyTo(Budget budget) {
		check();
		return new Budget(this.body.has(BUDGET) ? amount(BUDGET) : budget.monthlyCents(),
				this.body.has(CEILING) ? amount(CEILING) : budget.ceilingCents(),
				this.body.has(ENFORCEMENT) ? enforcement() : budget.enforcement(),
				this.body.has(THRESHOLDS) ? thresholds() : budget.thresholds(),
				this.body.has(TIME_ZONE) ? timeZone() : budget.timeZone());
	}

	private void check() {
		if (!this.body.isObject()) {
			throw new ProblemException(HttpStatus.BAD_REQUEST, "invalid_request", "Send a JSON object.");
		}
		for (String name : this.body.propertyNames()) {
			if (!FIELDS.contains(name)) {
				throw unknown(name);
			}
		}
	}

	private static ProblemException unknown(String name) {
		return NAME.matcher(name).matches()
				? ProblemException.invalidField(name, "is unknown; remove it or correct its name")
				: new ProblemException(HttpStatus.BAD_REQUEST, "invalid_request",
						"The request body has an unknown field. Remove it.");
	}

	private @Nullable Long amount(String name) {
		JsonNode value = this.body.get(name);
		if (value.isNull()) {
			return null;
		}
		if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0
				|| value.longValue() > Budget.MAX_CENTS) {
			throw ProblemException.invalidField(name,
					"must be a whole number of cents from 0 to " + Budget.MAX_CENTS + ", or null for no limit");
		}
		return value.longValue();
	}

	private Enforcement enforcement() {
		JsonNode value = this.body.get(ENFORCEMENT);
		return switch (value.isString() ? value.stringValue() : "") {
			case "hard" -> Enforcement.HARD;
			case "soft" -> Enforcement.SOFT;
			default -> throw ProblemException.invalidField(ENFORCEMENT, "must be 'hard' or 'soft'");
		};
	}

	private Thresholds thresholds() {
		JsonNode value = this.body.get(THRESHOLDS);
		List<Integer> percents = new ArrayList<>();
		if (!value.isArray() || value.size() > Thresholds.MAX) {
			throw invalidThresholds();
		}
		for (JsonNode each : value) {
			if (!each.isIntegralNumber() || !each.canConvertToInt()) {
				throw invalidThresholds();
			}
			percents.add(each.intValue());
		}
		try {
			return new Thresholds(percents);
		}
		catch (IllegalArgumentException ex) {
			throw invalidThresholds();
		}
	}

	private static ProblemException invalidThresholds() {
		return ProblemException.invalidField(THRESHOLDS,
				"must be an array of at most " + Thresholds.MAX + " different whole percentages from 1 to 100");
	}

	private ZoneId timeZone() {
		JsonNode value = this.body.get(TIME_ZONE);
		if (!value.isString() || !ZoneId.getAvailableZoneIds().contains(value.stringValue())) {
			throw ProblemException.invalidField(TIME_ZONE, "must be an IANA time zone such as 'Europe/Berlin'");
		}
		return ZoneId.of(value.stringValue());
	}

	/**
	 * What {@link BudgetPatch} takes, for the API document.
	 *
	 * @param monthlyBudgetCents whole cents, 0 to 10⁹; null for no limit
	 * @param enforcement what happens at the limit
	 * @param thresholds percentages at which to alert
	 * @param timeZone IANA zone, in force from the next period
	 * @param ceilingCents whole cents, 0 to 10⁹; null for none; administrators only
	 */
	record Document(@Nullable Long monthlyBudgetCents, @Nullable Enforcement enforcement,
			@Nullable List<Integer> thresholds, @Nullable String timeZone, @Nullable Long ceilingCents) {

	}

}
