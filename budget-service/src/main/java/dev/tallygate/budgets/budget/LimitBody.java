package dev.tallygate.budgets.budget;

import dev.tallygate.budgets.account.Budget;
import dev.tallygate.budgets.account.Thresholds;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.security.problem.ErrorCode;
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
 * A limit as somebody sends it. Read field by field, for absent and null differ.
 *
 * @param json the request's JSON object
 */
record LimitBody(JsonNode json) {

	private static final int MAX_NAME = 64;

	/**
	 * Of what looks like a secret that slid into the place of a name, nothing is told.
	 */
	private static final Pattern SECRET = Pattern.compile("(?i)(tg_|sk-|whsec_|bearer|eyj).*");

	private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7E]+");

	/**
	 * Refuses fields of other names.
	 * @throws ProblemException a 400 that names the field
	 */
	LimitBody only(Set<String> fields) {
		if (!this.json.isObject()) {
			throw new ProblemException(HttpStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST, "Send a JSON object.");
		}
		for (String name : this.json.propertyNames()) {
			if (!fields.contains(name)) {
				throw unknown(name);
			}
		}
		return this;
	}

	private static ProblemException unknown(String name) {
		if (!PRINTABLE.matcher(name).matches() || SECRET.matcher(name).matches()) {
			return new ProblemException(HttpStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST,
					"The request body has an unknown field. Remove it.");
		}
		String told = (name.length() > MAX_NAME) ? name.substring(0, MAX_NAME) : name;
		return ProblemException.invalidField(told, "is unknown; remove it or correct its name");
	}

	boolean has(String name) {
		return this.json.has(name);
	}

	/** An amount, or null for none. */
	@Nullable Long cents(String name) {
		JsonNode value = this.json.get(name);
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

	/** An amount that must be there. */
	long amount(String name) {
		Long cents = has(name) ? cents(name) : null;
		if (cents == null) {
			throw ProblemException.invalidField(name,
					"must be a whole number of cents from 0 to " + Budget.MAX_CENTS + "; DELETE removes the limit");
		}
		return cents;
	}

	Enforcement enforcement(Enforcement otherwise) {
		if (!has("enforcement")) {
			return otherwise;
		}
		JsonNode value = this.json.get("enforcement");
		return switch (value.isString() ? value.stringValue() : "") {
			case "hard" -> Enforcement.HARD;
			case "soft" -> Enforcement.SOFT;
			default -> throw ProblemException.invalidField("enforcement", "must be 'hard' or 'soft'");
		};
	}

	KeyPeriod period() {
		JsonNode value = this.json.get("period");
		return switch ((value != null && value.isString()) ? value.stringValue() : "") {
			case "month" -> KeyPeriod.MONTH;
			case "day" -> KeyPeriod.DAY;
			case "total" -> KeyPeriod.TOTAL;
			default -> throw ProblemException.invalidField("period", "must be 'month', 'day' or 'total'");
		};
	}

	Thresholds thresholds(Thresholds otherwise) {
		if (!has("thresholds")) {
			return otherwise;
		}
		JsonNode value = this.json.get("thresholds");
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
		return ProblemException.invalidField("thresholds", "must be an array of at most " + Thresholds.MAX
				+ " different whole percentages from 1 to " + Thresholds.HIGHEST);
	}

	ZoneId timeZone(ZoneId otherwise) {
		if (!has("timeZone")) {
			return otherwise;
		}
		JsonNode value = this.json.get("timeZone");
		if (!value.isString() || !ZoneId.getAvailableZoneIds().contains(value.stringValue())) {
			throw ProblemException.invalidField("timeZone", "must be an IANA time zone such as 'Europe/Berlin'");
		}
		return ZoneId.of(value.stringValue());
	}

}
