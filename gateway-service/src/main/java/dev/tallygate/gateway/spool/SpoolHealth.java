package dev.tallygate.gateway.spool;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * Degraded while the disk takes nothing: calls go on, but a crash would lose some.
 */
final class SpoolHealth extends AbstractHealthIndicator {

	static final Status DEGRADED = new Status("DEGRADED", "The disk does not take the usage spool");

	private final Spool spool;

	SpoolHealth(Spool spool) {
		super("The usage spool could not be checked");
		this.spool = spool;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		SpoolState state = this.spool.state();
		builder.status(state.writing() ? Status.UP : DEGRADED)
			.withDetail("unsent", state.depth())
			.withDetail("heldBytes", state.heldBytes());
	}

}
