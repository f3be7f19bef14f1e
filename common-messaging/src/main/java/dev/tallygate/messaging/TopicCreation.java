package dev.tallygate.messaging;

import java.time.Duration;
import org.apache.kafka.common.errors.AuthorizationException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Creates the declared topics beside the start of the service, again and again until the
 * broker has answered: a missing broker must not hold a service up.
 */
final class TopicCreation extends BackgroundLoop {

	private static final Duration LONG = Duration.ofDays(1);

	private final KafkaAdmin admin;

	TopicCreation(KafkaAdmin admin) {
		super("topic-creation", Duration.ofMillis(500), Duration.ofSeconds(10));
		this.admin = admin;
		this.admin.setAutoCreate(false);
		// Else it keeps to itself what went wrong the first time.
		this.admin.setFatalIfBrokerNotAvailable(true);
	}

	@Override
	protected void work() throws InterruptedException {
		initialize();
		succeeded();
		while (isRunning()) {
			pause(LONG);
		}
	}

	private void initialize() {
		boolean done;
		try {
			done = this.admin.initialize();
		}
		catch (RuntimeException ex) {
			Throwable root = NestedExceptionUtils.getMostSpecificCause(ex);
			if (root instanceof AuthorizationException) {
				throw new IllegalStateException("topics can be neither looked at nor made (" + root.getMessage()
						+ "). Let this service's Kafka user create and describe tallygate.*, or make them by hand.",
						ex);
			}
			throw new IllegalStateException("the broker does not answer or does not let this service in (" + root + ")",
					ex);
		}
		if (!done) {
			throw new IllegalStateException("the broker does not answer");
		}
	}

}
