package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyUsed;
import dev.tallygate.events.Topics;
import dev.tallygate.messaging.Intake;
import dev.tallygate.messaging.IntakeHandler;
import dev.tallygate.messaging.Received;
import dev.tallygate.messaging.TopicCatalog;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Keeps {@code lastUsedAt} of the keys, in batches, from what gateways tell of their use.
 */
final class LastUses implements IntakeHandler {

	private final ApiKeyRows rows;

	LastUses(ApiKeyRows rows) {
		this.rows = rows;
	}

	@Override
	public int handle(List<Received> batch) {
		Map<UUID, Instant> latest = new HashMap<>();
		for (Received received : batch) {
			if (received.event().data() instanceof ApiKeyUsed used) {
				latest.merge(used.keyId().value(), used.lastUsedAt(), (one, other) -> one.isAfter(other) ? one : other);
			}
		}
		if (!latest.isEmpty()) {
			this.rows.used(latest);
		}
		return 0;
	}

	@Configuration(proxyBeanMethods = false)
	static class IntakeConfiguration {

		@Bean
		Intake lastUseIntake(ApiKeyRows rows) {
			return new Intake("keys", Topics.KEY_USES, new LastUses(rows));
		}

		/**
		 * Made here too, so that this service does not depend on who starts first.
		 */
		@Bean
		KafkaAdmin.NewTopics lastUseTopics(TopicCatalog catalog) {
			return catalog.declare(Topics.KEY_USES, Topics.deadLetter(Topics.KEY_USES));
		}

	}

}
