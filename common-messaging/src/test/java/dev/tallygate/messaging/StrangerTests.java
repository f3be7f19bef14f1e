package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * A broker that lets a service in and allows it nothing.
 */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class StrangerTests {

	private static final int PORT = EmbeddedKafka.freePort();

	private static final int INSIDE = EmbeddedKafka.freePort();

	private static BrokerInJvm broker;

	@BeforeAll
	static void start() {
		int controller = EmbeddedKafka.freePort();
		Map<String, String> config = new HashMap<>();
		config.put("listeners", "PLAINTEXT://127.0.0.1:" + INSIDE + ",OUTSIDE://127.0.0.1:" + PORT
				+ ",CONTROLLER://127.0.0.1:" + controller);
		config.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + INSIDE + ",OUTSIDE://127.0.0.1:" + PORT);
		config.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,OUTSIDE:SASL_PLAINTEXT");
		config.put("inter.broker.listener.name", "PLAINTEXT");
		config.put("sasl.enabled.mechanisms", "PLAIN");
		config.put("listener.name.outside.plain.sasl.jaas.config",
				"org.apache.kafka.common.security.plain.PlainLoginModule required user_stranger=\"word\";");
		config.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
		config.put("super.users", "User:ANONYMOUS");
		broker = new BrokerInJvm(BrokerInJvm.newFolder(), INSIDE, controller, config);
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
			protected java.util.Collection<NewTopic> newTopics() {
				return List.of(catalog.topic(Topics.USERS));
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

	@Test
	void anIntakeGoesOnWhenItMayReadAgain() throws Exception {
		String topic = "stranger-intake";
		EmbeddedDatabase database = EmbeddedDatabase.create();
		database.execute(Scripts.read("db/messaging/intake/R__intake.sql"));
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		AtomicInteger applied = new AtomicInteger();
		MessagingProperties.Intake properties = new MessagingProperties.Intake(10, Duration.ZERO, 1, "classic",
				Duration.ofSeconds(6), Duration.ofMillis(100), Duration.ofMillis(300));
		IntakeContainers containers = new IntakeContainers(List.of(new Intake("group", topic, (batch) -> {
			applied.addAndGet(batch.size());
			return 0;
		})), new IntakeContainers.Factory(client("word"), properties, new JdbcTemplate(database.dataSource()),
				new JdbcTransactionManager(database.dataSource()), registry, () -> {
				}));
		try (Admin admin = Admin.create(inside())) {
			admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
			AclBinding read = allowed(ResourceType.TOPIC, topic);
			containers.start();
			awaitRefusal(registry, containers);
			admin.createAcls(List.of(read, allowed(ResourceType.GROUP, "group"))).all().get();
			send(topic);
			awaitApplied(applied, 1);
			admin.deleteAcls(List.of(read.toFilter())).all().get();
			awaitRefusal(registry, containers);
			admin.createAcls(List.of(read)).all().get();
			send(topic);
			awaitApplied(applied, 2);
			assertThat(containers.stopped()).isEmpty();
		}
		finally {
			containers.stop();
		}
	}

	private static void awaitRefusal(SimpleMeterRegistry registry, IntakeContainers containers) {
		Counter retries = registry.get("tallygate.intake.retries").counter();
		double before = retries.count();
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
			assertThat(containers.stopped()).isEmpty();
			assertThat(retries.count()).isGreaterThan(before);
		});
	}

	private static void awaitApplied(AtomicInteger applied, int count) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(applied).hasValue(count));
	}

	private static AclBinding allowed(ResourceType type, String name) {
		return new AclBinding(new ResourcePattern(type, name, PatternType.LITERAL),
				new AccessControlEntry("User:stranger", "*", AclOperation.READ, AclPermissionType.ALLOW));
	}

	private static void send(String topic) throws Exception {
		try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(inside(), new ByteArraySerializer(),
				new ByteArraySerializer())) {
			producer.send(new ProducerRecord<>(topic, EventCodec.encode(CloudEvent.of(UuidV7.next(), "/keys",
					Instant.now(), new UserEvent.Registered(new UserId(UuidV7.next()), Instant.now(), 1)))))
				.get();
		}
	}

	private static Map<String, Object> inside() {
		return Map.of("bootstrap.servers", "127.0.0.1:" + INSIDE);
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
