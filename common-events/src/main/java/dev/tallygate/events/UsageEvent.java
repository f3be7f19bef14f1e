package dev.tallygate.events;

/**
 * What travels on {@link Topics#USAGE}.
 */
public sealed interface UsageEvent extends EventData
		permits UsageSettled, UsageAdjusted, BudgetRefused, SourceClosed, RepeatedCalls, SystemKeyRefused {

}
