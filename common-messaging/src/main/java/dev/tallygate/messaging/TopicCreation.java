package dev.tallygate.messaging;

import java.time.Duration;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Creates the declared topics beside the start of the service, again and again until the
 * broker has answered: a missing broker must not hold a service up.
 */
final class TopicCreation implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(TopicCreation.class);

	private final KafkaAdmin admin;

	private @Nullable Thread thread;

	TopicCreation(KafkaAdmin admin) {
		this.admin = admin;
		this.admin.setAutoCreate(false);
	}

	@Override
	public synchronized void start() {
		this.thread = Thread.ofVirtual().name("topic-creation").start(this::createUntilDone);
	}

	private void createUntilDone() {
		Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));
		try {
			while (!created()) {
				Thread.sleep(backoff.next());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean created() {
		try {
			return this.admin.initialize();
		}
		catch (RuntimeException ex) {
			logger.warn("Topics could not be created yet: " + ex);
			return false;
		}
	}

	@Override
	public synchronized void stop() {
		if (this.thread != null) {
			this.thread.interrupt();
			this.thread = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.thread != null;
	}

	@Override
	public int getPhase() {
		return 0;
	}

}
