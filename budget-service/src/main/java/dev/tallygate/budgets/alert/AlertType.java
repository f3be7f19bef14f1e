package dev.tallygate.budgets.alert;

import dev.tallygate.events.BudgetAlert;

/**
 * The kinds of alert by their names in REST and in the database, which are those of the
 * events without prefix and version.
 */
enum AlertType {

	THRESHOLD_CROSSED("budget.threshold-crossed"), EXCEEDED("budget.exceeded"), CREDITS_EXHAUSTED("credits.exhausted"),
	CALL_REFUSED("budget.call-refused"), CALLS_REPEATING("calls.repeating"), MODEL_UNPRICED("model.unpriced"),
	SYSTEM_KEY_REJECTED("system-key.rejected");

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
			case BudgetAlert.CallRefused refused -> CALL_REFUSED;
			case BudgetAlert.CallsRepeating repeating -> CALLS_REPEATING;
			case BudgetAlert.ModelUnpriced unpriced -> MODEL_UNPRICED;
			case BudgetAlert.SystemKeyRejected rejected -> SYSTEM_KEY_REJECTED;
		};
	}

}
