package dev.tallygate.events;

/**
 * What an event says. Each permitted record is one type on the wire.
 */
public sealed interface EventData permits UsageEvent, BudgetStatus, BudgetHeartbeat, InstallationStatus, BudgetAlert,
		ApiKeyEvent, ApiKeyUsed, ProviderKeyEvent, UserEvent {

	/**
	 * Whom the event is about: the CloudEvents {@code subject}.
	 */
	UserId userId();

}
