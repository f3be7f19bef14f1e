package dev.tallygate.messaging;

import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Admin clients keep to the broker addresses they began with. With Kafka's own default
 * ({@code rebootstrap} since 4.0, KIP-899) a client of 4.2.1 that reaches no broker
 * starts over at each turn, asks once more each time, and logs each: 3,000 lines a second
 * after half a minute, which fills a disk while Kafka is away. Ours are opened anew at
 * each attempt, so there is nothing to start over.
 */
class QuietAdminEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final Map<String, Object> DEFAULTS = Map
		.of("spring.kafka.admin.properties[metadata.recovery.strategy]", "none");

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		environment.getPropertySources().addLast(new MapPropertySource("tallygateKafkaDefaults", DEFAULTS));
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
