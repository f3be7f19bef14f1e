package dev.tallygate.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.ConsumerFactory;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What needs a database as well: the outbox, when {@code tallygate.outbox.enabled} is
 * set, and the intakes, when the service declares any.
 */
@AutoConfiguration(after = MessagingAutoConfiguration.class,
		afterName = { "org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration",
				"org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration" })
public final class DatabaseMessagingAutoConfiguration {

	/**
	 * Time-outs of seconds, for the caller tries again itself. No lingering: each send is
	 * followed by a flush.
	 */
	private static <K> Supplier<Producer<K, byte[]>> producers(ProducerFactory<?, ?> factory,
			Class<? extends Serializer<?>> keySerializer) {
		Map<String, Object> config = new HashMap<>(factory.getConfigurationProperties());
		config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, keySerializer);
		config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
		config.put(ProducerConfig.ACKS_CONFIG, "all");
		config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
		// One at a time: a broker that does not know this producer yet takes any sequence
		// number as its first, so a second batch could overtake a first that is retried.
		config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
		config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
		config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
		config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
		config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
		return () -> new KafkaProducer<>(config);
	}

	@Bean
	FlywayMigrationStrategy databaseChecks(MessagingProperties properties) {
		return new DatabaseChecks(properties.database(), Clock.systemUTC());
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty("tallygate.outbox.enabled")
	static class OutboxConfiguration {

		@Bean
		OutboxSender outboxSender(DataSource dataSource, ProducerFactory<?, ?> factory, MessagingProperties properties,
				ObjectProvider<MeterRegistry> registry) {
			return new OutboxSender(dataSource, producers(factory, StringSerializer.class), properties.outbox(),
					new OutboxMeters(registry.getIfAvailable(SimpleMeterRegistry::new)));
		}

		@Bean
		Outbox outbox(JdbcTemplate jdbc, OutboxSender sender) {
			return new Outbox(jdbc, sender::wake);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBean(Intake.class)
	static class IntakeConfiguration {

		@Bean
		DeadLetterForwarder deadLetterForwarder(JdbcClient jdbc, PlatformTransactionManager transactions,
				ProducerFactory<?, ?> factory) {
			return new DeadLetterForwarder(jdbc, new TransactionTemplate(transactions),
					producers(factory, ByteArraySerializer.class));
		}

		@Bean
		IntakeContainers intakeContainers(List<Intake> intakes, ConsumerFactory<?, ?> consumers,
				MessagingProperties properties, JdbcTemplate jdbc, PlatformTransactionManager transactions,
				ObjectProvider<MeterRegistry> registry, DeadLetterForwarder forwarder) {
			return new IntakeContainers(intakes,
					new IntakeContainers.Factory(consumers.getConfigurationProperties(), properties.intake(), jdbc,
							transactions, registry.getIfAvailable(SimpleMeterRegistry::new), forwarder::wake));
		}

		/** Health contributor {@code intake}. */
		@Bean
		MessagingHealth intakeHealthIndicator(IntakeContainers containers) {
			return new MessagingHealth("stopped", containers::stopped);
		}

	}

}
