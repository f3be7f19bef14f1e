package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The intake goes on by itself, each event once, after its database or its broker was
 * killed under a stream of events. {@code -Dtallygate.test.kill-rounds} sets how often
 * each is killed, once by default.
 */
class KilledServersTests {

	private static final int ROUNDS = Integer.getInteger("tallygate.test.kill-rounds", 1);

	/** So many are taken in before a kill, and again after it. */
	private static final int STREAMED = 200;

	private static final Duration TIME_LIMIT = Duration.ofMinutes(2);

	private static final String TOPIC = "stream-under-kills";

	private static BrokerInProcess broker;

	/** Starts while the other test is busy waiting. */
	@BeforeAll
	static void startBroker() {
		broker = new BrokerInProcess();
	}

	@AfterAll
	static void stopBroker() {
		broker.close();
	}

	@Test
	void takesEachEventInOnceThoughItsDatabaseIsKilled() {
		EmbeddedKafka kafka = EmbeddedKafka.shared();
		kafka.create(new NewTopic(TOPIC, 3, (short) 1), new NewTopic(Topics.deadLetter(TOPIC), 1, (short) 1));
		try (DatabaseInProcess database = new DatabaseInProcess();
				ConfigurableApplicationContext service = service(kafka.bootstrapServers(), database.database());
				Stream stream = new Stream(kafka.bootstrapServers())) {
			JdbcClient jdbc = JdbcClient.create(database.database().dataSource());
			for (int round = 0; round < ROUNDS; round++) {
				awaitMore(jdbc);
				database.endAndStart((round % 2 == 0) ? "KILL" : "QUIT");
				awaitMore(jdbc);
			}
			assertAppliedOnce(jdbc, stream.stop());
			assertThat(service.isRunning()).isTrue();
		}
	}

	@Test
	void takesEachEventInOnceThoughItsBrokerIsKilled() {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		broker.create(TOPIC, 3);
		broker.create(Topics.deadLetter(TOPIC), 1);
		try (ConfigurableApplicationContext service = service(broker.bootstrapServers(), database);
				Stream stream = new Stream(broker.bootstrapServers())) {
			JdbcClient jdbc = JdbcClient.create(database.dataSource());
			for (int round = 0; round < ROUNDS; round++) {
				awaitMore(jdbc);
				broker.killAndStart();
				awaitMore(jdbc);
			}
			assertAppliedOnce(jdbc, stream.stop());
			assertThat(service.isRunning()).isTrue();
		}
	}

	private static ConfigurableApplicationContext service(String kafka, EmbeddedDatabase database) {
		database.execute(Scripts.read("db/messaging/intake/R__intake.sql"));
		// No key that would hide what is taken in twice.
		database.execute("CREATE TABLE applied (event_id uuid)");
		return new SpringApplicationBuilder(Service.class).web(WebApplicationType.NONE)
			.run("--spring.kafka.bootstrap-servers=" + kafka, "--spring.datasource.url=" + database.url(),
					"--spring.datasource.username=" + database.username(),
					"--spring.datasource.password=" + database.password(),
					"--spring.datasource.hikari.connection-timeout=2000", "--tallygate.intake.batch-size=20",
					"--tallygate.intake.max-retry-delay=500ms");
	}

	private static void awaitMore(JdbcClient jdbc) {
		int before = applied(jdbc);
		Awaitility.await()
			.atMost(TIME_LIMIT)
			.ignoreExceptionsInstanceOf(DataAccessException.class)
			.until(() -> applied(jdbc) >= before + STREAMED);
	}

	private static int applied(JdbcClient jdbc) {
		return jdbc.sql("SELECT count(*) FROM applied").query(Integer.class).single();
	}

	private static void assertAppliedOnce(JdbcClient jdbc, Set<UUID> sent) {
		Awaitility.await().atMost(TIME_LIMIT).until(() -> applied(jdbc) >= sent.size());
		List<UUID> applied = jdbc.sql("SELECT event_id FROM applied")
			.query(UUID.class)
			.list()
			.stream()
			.<UUID>map(Objects::requireNonNull)
			.toList();
		assertThat(applied).containsExactlyInAnyOrderElementsOf(sent);
		assertThat(jdbc.sql("SELECT count(*) FROM dead_letter").query(Integer.class).single()).isZero();
	}

	/** Events without end, each acknowledged before the stream counts as stopped. */
	private static final class Stream implements AutoCloseable {

		private final Set<UUID> sent = ConcurrentHashMap.newKeySet();

		private final KafkaProducer<String, byte[]> producer;

		private final Thread thread;

		private volatile boolean stopped;

		Stream(String kafka) {
			this.producer = new KafkaProducer<>(
					Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka, ProducerConfig.LINGER_MS_CONFIG, 0,
							ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) TIME_LIMIT.toMillis(),
							ProducerConfig.MAX_BLOCK_MS_CONFIG, TIME_LIMIT.toMillis()),
					new StringSerializer(), new ByteArraySerializer());
			this.thread = Thread.ofPlatform().daemon().name("event-stream").start(this::send);
		}

		private void send() {
			while (!this.stopped) {
				UUID id = UuidV7.next();
				UserId user = new UserId(id);
				byte[] event = EventCodec.encode(
						CloudEvent.of(id, "/keys", Instant.now(), new UserEvent.Registered(user, Instant.now(), 1)));
				Future<RecordMetadata> _ = this.producer.send(new ProducerRecord<>(TOPIC, user.toString(), event),
						(metadata, ex) -> {
							if (ex == null) {
								this.sent.add(id);
							}
						});
				LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
			}
			this.producer.flush();
		}

		/** What the broker has acknowledged. */
		Set<UUID> stop() {
			this.stopped = true;
			Awaitility.await().atMost(TIME_LIMIT).until(() -> !this.thread.isAlive());
			return this.sent;
		}

		@Override
		public void close() {
			stop();
			this.producer.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = FlywayAutoConfiguration.class)
	static class Service {

		@Bean
		Intake intake(JdbcTemplate jdbc) {
			return new Intake("group-under-kills", TOPIC, (batch) -> {
				jdbc.batchUpdate("INSERT INTO applied VALUES (?)", batch, batch.size(),
						(insert, each) -> insert.setObject(1, each.event().id()));
				return 0;
			});
		}

	}

}
