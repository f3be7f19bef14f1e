package dev.tallygate.keys.owner;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventData;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.Outbox;
import dev.tallygate.messaging.TopicCatalog;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Tells the others what became of users and keys, when the transaction commits.
 */
@Component
public class KeyEvents {

	private static final String SOURCE = "/keys";

	private final Outbox outbox;

	private final Clock clock;

	KeyEvents(Outbox outbox, Clock clock) {
		this.outbox = outbox;
		this.clock = clock;
	}

	/**
	 * Something about a key.
	 */
	public void key(UUID key, EventData data) {
		this.outbox.append(Topics.KEYS, key.toString(), event(data));
	}

	/**
	 * Forget the key.
	 */
	public void keyGone(UUID key) {
		this.outbox.appendTombstone(Topics.KEYS, key.toString());
	}

	/**
	 * Something about a user.
	 */
	public void user(EventData data) {
		this.outbox.append(Topics.USERS, data.userId().toString(), event(data));
	}

	/**
	 * Forget the user.
	 */
	public void userGone(UUID user) {
		this.outbox.appendTombstone(Topics.USERS, user.toString());
	}

	private CloudEvent<?> event(EventData data) {
		return CloudEvent.of(UuidV7.next(), SOURCE, this.clock.instant(), data);
	}

	@Configuration(proxyBeanMethods = false)
	static class EventConfiguration {

		@Bean
		Clock clock() {
			// What PostgreSQL stores, so that a value read back equals the one written.
			return Clock.tick(Clock.systemUTC(), Duration.ofNanos(1000));
		}

		@Bean
		KafkaAdmin.NewTopics keyTopics(TopicCatalog catalog) {
			return catalog.declare(Topics.KEYS, Topics.USERS, Topics.AUDIT_HEADS);
		}

	}

}
