package dev.tallygate.messaging;

import java.time.Duration;
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
	}

	@Override
	protected void work() throws InterruptedException {
		if (!this.admin.initialize()) {
			throw new IllegalStateException("the broker does not answer");
		}
		succeeded();
		while (isRunning()) {
			pause(LONG);
		}
	}

}
