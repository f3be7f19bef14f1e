package dev.tallygate.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * What needs a broker only: topic creation and readers of whole topics.
 */
@AutoConfiguration(after = KafkaAutoConfiguration.class)
@EnableConfigurationProperties(MessagingProperties.class)
public final class MessagingAutoConfiguration {

	@Bean
	TopicCatalog topicCatalog(MessagingProperties properties) {
		return new TopicCatalog(properties.kafka().replicationFactor());
	}

	@Bean
	@ConditionalOnBean(KafkaAdmin.class)
	TopicCreation topicCreation(KafkaAdmin admin) {
		return new TopicCreation(admin);
	}

	@Bean
	TopicReaders topicReaders(ConsumerFactory<?, ?> consumers, ObjectProvider<MeterRegistry> registry) {
		return new TopicReaders(consumers.getConfigurationProperties(),
				registry.getIfAvailable(SimpleMeterRegistry::new));
	}

	/** Health contributor {@code topics}. */
	@Bean
	MessagingHealth topicsHealthIndicator(TopicReaders readers) {
		return new MessagingHealth("behind", readers::behind);
	}

	/**
	 * Health contributor {@code missingTopics}, for readiness: what a broker that answers
	 * does not have is not going to be heard, while one that is away comes back.
	 */
	@Bean
	MessagingHealth missingTopicsHealthIndicator(TopicReaders readers) {
		return new MessagingHealth("missing", readers::missing);
	}

	@Bean
	BackgroundLoops backgroundLoops(ObjectProvider<BackgroundLoop> loops, ObjectProvider<MeterRegistry> registry) {
		return new BackgroundLoops(loops, registry.getIfAvailable(SimpleMeterRegistry::new));
	}

	/** Health contributor {@code loops}. */
	@Bean
	MessagingHealth loopsHealthIndicator(BackgroundLoops loops) {
		return new MessagingHealth("dead", loops::dead);
	}

}
