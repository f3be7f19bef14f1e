package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetHeartbeat;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.TopicRecord;

/**
 * Tells admission what budget-service publishes. Only a heartbeat is a sign that spend is
 * being counted: a status can also come from a changed budget.
 */
final class BudgetTopic {

	private final Admission admission;

	BudgetTopic(Admission admission) {
		this.admission = admission;
	}

	void take(TopicRecord record) {
		CloudEvent<?> event = record.event();
		if (event == null) {
			if (!BudgetHeartbeat.KEY.equals(record.key()) && !InstallationStatus.KEY.equals(record.key())) {
				this.admission.forget(UserId.parse(record.key()));
			}
		}
		else if (event.data() instanceof BudgetStatus status) {
			this.admission.update(status, record.partition());
		}
		else if (event.data() instanceof InstallationStatus installation) {
			this.admission.update(installation);
		}
		else if (event.data() instanceof BudgetHeartbeat heartbeat) {
			this.admission.signOfLife(record.partition(), heartbeat.sentAt());
		}
	}

}
