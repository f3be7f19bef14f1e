package dev.tallygate.messaging;

import java.util.List;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down while something that should read events does not.
 */
final class MessagingHealth extends AbstractHealthIndicator {

	private final String detail;

	private final Supplier<List<String>> failing;

	MessagingHealth(String detail, Supplier<List<String>> failing) {
		super("Events could not be checked");
		this.detail = detail;
		this.failing = failing;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<String> names = this.failing.get();
		if (names.isEmpty()) {
			builder.up();
		}
		else {
			builder.down().withDetail(this.detail, names);
		}
	}

}
