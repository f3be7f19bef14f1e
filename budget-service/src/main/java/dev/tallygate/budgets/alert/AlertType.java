package dev.tallygate.budgets.alert;

import dev.tallygate.events.BudgetAlert;
import java.util.Arrays;

/**
 * The kinds of alert by their names in REST and in the database, which are those of the
 * events without prefix and version.
 */
enum AlertType {

	THRESHOLD_CROSSED("budget.threshold-crossed"), EXCEEDED("budget.exceeded"), CREDITS_EXHAUSTED("credits.exhausted");

	private final String wireName;

	AlertType(String wireName) {
		this.wireName = wireName;
	}

	String wireName() {
		return this.wireName;
	}

	static AlertType of(BudgetAlert alert) {
		return switch (alert) {
			case BudgetAlert.ThresholdCrossed crossed -> THRESHOLD_CROSSED;
			case BudgetAlert.Exceeded exceeded -> EXCEEDED;
			case BudgetAlert.CreditsExhausted exhausted -> CREDITS_EXHAUSTED;
		};
	}

	static AlertType named(String wireName) {
		return Arrays.stream(values()).filter((type) -> type.wireName.equals(wireName)).findFirst().orElseThrow();
	}

}
