package dev.tallygate.events;

import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The names of the event types on the wire.
 */
final class EventTypes {

	private static final Map<Class<? extends EventData>, String> NAMES = Map.ofEntries(
			Map.entry(UsageSettled.class, "dev.tallygate.usage.settled.v1"),
			Map.entry(UsageAdjusted.class, "dev.tallygate.usage.adjusted.v1"),
			Map.entry(BudgetRefused.class, "dev.tallygate.budget.refused.v1"),
			Map.entry(SourceClosed.class, "dev.tallygate.usage.source-closed.v1"),
			Map.entry(RepeatedCalls.class, "dev.tallygate.usage.repeating.v1"),
			Map.entry(SystemKeyRefused.class, "dev.tallygate.usage.system-key-refused.v1"),
			Map.entry(InstallationStatus.class, "dev.tallygate.budget.installation.v1"),
			Map.entry(BudgetAlert.CallRefused.class, "dev.tallygate.budget.call-refused.v1"),
			Map.entry(BudgetAlert.CallsRepeating.class, "dev.tallygate.calls.repeating.v1"),
			Map.entry(BudgetAlert.ModelUnpriced.class, "dev.tallygate.model.unpriced.v1"),
			Map.entry(BudgetAlert.SystemKeyRejected.class, "dev.tallygate.system-key.rejected.v1"),
			Map.entry(BudgetStatus.class, "dev.tallygate.budget.status.v1"),
			Map.entry(BudgetHeartbeat.class, "dev.tallygate.budget.heartbeat.v1"),
			Map.entry(BudgetAlert.ThresholdCrossed.class, "dev.tallygate.budget.threshold-crossed.v1"),
			Map.entry(BudgetAlert.Exceeded.class, "dev.tallygate.budget.exceeded.v1"),
			Map.entry(BudgetAlert.CreditsExhausted.class, "dev.tallygate.credits.exhausted.v1"),
			Map.entry(ApiKeyEvent.Issued.class, "dev.tallygate.api-key.issued.v1"),
			Map.entry(ApiKeyEvent.Changed.class, "dev.tallygate.api-key.changed.v1"),
			Map.entry(ApiKeyEvent.Revoked.class, "dev.tallygate.api-key.revoked.v1"),
			Map.entry(ApiKeyUsed.class, "dev.tallygate.api-key.used.v1"),
			Map.entry(ProviderKeyEvent.Saved.class, "dev.tallygate.provider-key.saved.v1"),
			Map.entry(ProviderKeyEvent.Removed.class, "dev.tallygate.provider-key.removed.v1"),
			Map.entry(ProviderKeyEvent.Invalidated.class, "dev.tallygate.provider-key.invalidated.v1"),
			Map.entry(UserEvent.Registered.class, "dev.tallygate.user.registered.v1"),
			Map.entry(UserEvent.Changed.class, "dev.tallygate.user.changed.v1"),
			Map.entry(UserEvent.Deleted.class, "dev.tallygate.user.deleted.v1"));

	private static final Map<String, Class<? extends EventData>> CLASSES = NAMES.entrySet()
		.stream()
		.collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

	private EventTypes() {
	}

	static String nameOf(Class<? extends EventData> data) {
		String name = NAMES.get(data);
		if (name == null) {
			throw new IllegalArgumentException("no event type for " + data.getName());
		}
		return name;
	}

	static @Nullable Class<? extends EventData> classOf(String name) {
		return CLASSES.get(name);
	}

	static Map<Class<? extends EventData>, String> all() {
		return NAMES;
	}

}
