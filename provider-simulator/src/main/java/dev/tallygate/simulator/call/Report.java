package dev.tallygate.simulator.call;

import dev.tallygate.simulator.call.Directives.UsageReport;

/**
 * How numbers of a usage are told.
 */
public final class Report {

	private Report() {
	}

	/** Whether there is any usage at all. */
	public static boolean wanted(Answer answer) {
		UsageReport report = answer.call().directives().usage();
		return report != UsageReport.NONE && report != UsageReport.NULL && report != UsageReport.TIMINGS;
	}

	/** A number of the usage. */
	public static String number(Answer answer, long tokens) {
		return switch (answer.call().directives().usage()) {
			case ABSURD -> "1000000000000";
			case NEGATIVE -> Long.toString(-tokens - 1);
			case ZERO -> "0";
			case TEXT -> "\"" + tokens + "\"";
			case TRUE_NUMBERS, NONE, INPUT_ONLY, OUTPUT_ONLY, EACH, NULL, ON_FINISH, WITH_CHOICE, TWICE, TIMINGS,
					REASONING_APART, CACHE_HIT, CACHED_ON_TOP, CONTRADICTORY ->
				Long.toString(tokens);
		};
	}

	/** Whether the number of tokens in is told. */
	public static boolean input(Answer answer) {
		return answer.call().directives().usage() != UsageReport.OUTPUT_ONLY;
	}

	/** Whether the number of tokens out is told. */
	public static boolean output(Answer answer) {
		return answer.call().directives().usage() != UsageReport.INPUT_ONLY;
	}

	/**
	 * Fields that no reader knows, as in {@code quantum_tokens:7}, with a comma before.
	 */
	public static String extra(Answer answer) {
		String told = answer.call().directives().value("extra-usage");
		if (told == null) {
			return "";
		}
		StringBuilder fields = new StringBuilder();
		for (String field : told.split(",", -1)) {
			int colon = field.lastIndexOf(':');
			if (colon < 1) {
				throw new Refusal(400, "simulator directive extra-usage is no list of name:number: " + told);
			}
			fields.append(',')
				.append(Json.quoted(field.substring(0, colon)))
				.append(':')
				.append(field.substring(colon + 1));
		}
		return fields.toString();
	}

}
