package dev.tallygate.budgets.status;

import dev.tallygate.events.Topics;
import dev.tallygate.messaging.TopicCatalog;
import java.time.Clock;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * What budget-service publishes.
 */
@Configuration(proxyBeanMethods = false)
class StatusConfiguration {

	@Bean
	KafkaAdmin.NewTopics budgetTopics(TopicCatalog catalog) {
		return catalog.declare(Topics.BUDGET_STATUS, Topics.ALERTS, Topics.deadLetter(Topics.USAGE),
				Topics.deadLetter(Topics.KEYS), Topics.deadLetter(Topics.USERS));
	}

	@Bean
	StatusPublisher statusPublisher(Statuses statuses, StatusTopic topic, StatusProperties properties,
			StatusMeters meters, Clock clock) {
		return new StatusPublisher(statuses, topic, properties, meters, clock);
	}

	/**
	 * Health contributor {@code budgetStatus}. Not part of readiness: REST and intake
	 * work on while statuses wait. Down also while the broker does not take somebody's,
	 * though all others get out.
	 */
	@Bean
	HealthIndicator budgetStatusHealthIndicator(StatusPublisher publisher) {
		return () -> {
			int refused = publisher.refused();
			return Health.status((publisher.isHealthy() && refused == 0) ? Status.UP : Status.DOWN)
				.withDetail("refused", refused)
				.build();
		};
	}

}
