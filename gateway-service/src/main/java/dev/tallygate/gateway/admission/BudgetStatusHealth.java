package dev.tallygate.gateway.admission;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down until it is known where users stand.
 */
final class BudgetStatusHealth extends AbstractHealthIndicator {

	private final StatusesRead statuses;

	BudgetStatusHealth(StatusesRead statuses) {
		super("Budget status could not be checked");
		this.statuses = statuses;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		String from = this.statuses.from();
		if (from != null) {
			builder.up().withDetail("from", from);
		}
		else {
			builder.down().withDetail("waitingFor", this.statuses.topic());
		}
	}

}
