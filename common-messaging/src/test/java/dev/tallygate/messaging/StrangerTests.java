package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * A broker that lets a service in and allows it nothing.
 */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class StrangerTests {

	private static final int PORT = EmbeddedKafka.freePort();

	private static BrokerInJvm broker;

	@BeforeAll
	static void start() {
		int inside = EmbeddedKafka.freePort();
		int controller = EmbeddedKafka.freePort();
		Map<String, String> config = new HashMap<>();
		config.put("listeners", "PLAINTEXT://127.0.0.1:" + inside + ",OUTSIDE://127.0.0.1:" + PORT
				+ ",CONTROLLER://127.0.0.1:" + controller);
		config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + inside + ",OUTSIDE://127.0.0.1:" + PORT);
		config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,OUTSIDE:SASL_PLAINTEXT");
		config.put("inter.broker.listener.name", "PLAINTEXT");
		config.put("sasl.enabled.mechanisms", "PLAIN");
		config.put("listener.name.outside.plain.sasl.jaas.config",
				"org.apache.kafka.common.security.plain.PlainLoginModule required user_stranger=\"word\";");
		config.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
		config.put("super.users", "User:ANONYMOUS");
		broker = new BrokerInJvm(BrokerInJvm.newFolder(), inside, controller, config);
	}

	@AfterAll
	static void stop() {
		broker.close();
	}

	@Test
	void saysInALineThatTopicsMayNotBeMade(CapturedOutput output) {
		TopicCatalog catalog = new TopicCatalog((short) 1);
		KafkaAdmin admin = new KafkaAdmin(client("word")) {

			@Override
			protected java.util.Collection<org.apache.kafka.clients.admin.NewTopic> newTopics() {
				return java.util.List.of(catalog.topic(Topics.USERS));
			}

		};
		admin.setOperationTimeout(10);
		TopicCreation creation = new TopicCreation(admin);
		// As a context does; the first failure after it is one that KafkaAdmin would not
		// throw.
		admin.afterSingletonsInstantiated();
		creation.start();
		try {
			awaitLine(output, "topic-creation waits", "Let this service's Kafka user create and describe tallygate.*");
		}
		finally {
			creation.stop();
		}
	}

	@Test
	void saysInALineThatATopicMayNotBeRead(CapturedOutput output) {
		TopicReader reader = new TopicReader(Topics.USERS, client("word"), (change) -> {
		}, new TopicReaderMeters(new SimpleMeterRegistry(), Topics.USERS), false, Duration.ZERO);
		reader.start();
		try {
			awaitLine(output, "read-" + Topics.USERS + " waits", "Not authorized to access topics");
			assertThat(reader.isCaughtUp()).isFalse();
		}
		finally {
			reader.stop();
		}
	}

	@Test
	void saysInALineThatThePasswordIsWrong(CapturedOutput output) {
		TopicReader reader = new TopicReader(Topics.USERS, client("another"), (change) -> {
		}, new TopicReaderMeters(new SimpleMeterRegistry(), Topics.USERS), false, Duration.ZERO);
		reader.start();
		try {
			awaitLine(output, "read-" + Topics.USERS + " waits", "Authentication failed");
		}
		finally {
			reader.stop();
		}
	}

	private static void awaitLine(CapturedOutput output, String... words) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.untilAsserted(
					() -> assertThat(output.getAll().lines()).anySatisfy((line) -> assertThat(line).contains(words)));
	}

	private static Map<String, Object> client(String password) {
		Map<String, Object> client = new HashMap<>();
		client.put("bootstrap.servers", "127.0.0.1:" + PORT);
		client.put("security.protocol", "SASL_PLAINTEXT");
		client.put("sasl.mechanism", "PLAIN");
		client.put("sasl.jaas.config",
				"org.apache.kafka.common.security.plain.PlainLoginModule required username=\"stranger\" password=\""
						+ password + "\";");
		return client;
	}

}
