package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Topics;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * A broker that is not there.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class AbsentBrokerTests {

	/** In which an admin client that starts over writes some ten thousand lines. */
	private static final Duration WATCHED = Duration.ofSeconds(12);

	@Test
	void isToldInALineAndNotInThousands(CapturedOutput output) throws InterruptedException {
		SpringApplication application = new SpringApplication(Service.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext service = application.run(
				"--spring.kafka.bootstrap-servers=127.0.0.1:" + EmbeddedKafka.freePort(),
				"--logging.level.org.apache.kafka=info")) {
			assertThat(service.getBean(TopicCreation.class).isRunning()).isTrue();
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> output.getOut().contains("could not be established"));
			long before = lines(output);
			Thread.sleep(WATCHED.toMillis());
			assertThat(lines(output) - before).as("lines in %s", WATCHED).isLessThan(500);
		}
	}

	private static long lines(CapturedOutput output) {
		return output.getOut().lines().count();
	}

	/** What a service has that declares topics. */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ KafkaAutoConfiguration.class, MessagingAutoConfiguration.class })
	static class Service {

		@Bean
		KafkaAdmin.NewTopics topics(TopicCatalog catalog) {
			return catalog.declare(Topics.USERS);
		}

	}

}
