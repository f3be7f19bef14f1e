package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.transaction.support.TransactionTemplate;

class OutboxTests {

	private static final EmbeddedDatabase database = EmbeddedDatabase.create();

	private static final EmbeddedKafka kafka = EmbeddedKafka.start();

	private static final List<TopicRecord> arrived = new CopyOnWriteArrayList<>();

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		database.execute(Scripts.read("db/messaging/outbox/R__outbox.sql"));
		context = service(Reading.class);
	}

	private static ConfigurableApplicationContext service(Class<?> configuration) {
		return new SpringApplicationBuilder(configuration).web(WebApplicationType.NONE)
			.run("--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
					"--spring.datasource.url=" + database.url(), "--spring.datasource.username=" + database.username(),
					"--spring.datasource.password=" + database.password(), "--tallygate.outbox.enabled=true");
	}

	@AfterAll
	static void stop() {
		SpringApplication.exit(context);
		kafka.close();
	}

	@Test
	void publishesAtCommit() {
		UserId user = new UserId(UuidV7.next());
		CloudEvent<?> event = registered(user, 1);
		append(user, event);
		Awaitility.await().until(() -> eventsOf(user).size() == 1);
		assertThat(eventsOf(user)).first().isEqualTo(event);
	}

	@Test
	void publishesNothingAfterARollback() {
		UserId rolledBack = new UserId(UuidV7.next());
		transaction().executeWithoutResult((status) -> {
			outbox().append(Topics.USERS, rolledBack.toString(), registered(rolledBack, 1));
			status.setRollbackOnly();
		});
		UserId next = new UserId(UuidV7.next());
		append(next, registered(next, 1));
		Awaitility.await().until(() -> !eventsOf(next).isEmpty());
		assertThat(eventsOf(rolledBack)).isEmpty();
	}

	@Test
	void refusesToAppendOutsideOfATransaction() {
		UserId user = new UserId(UuidV7.next());
		assertThatIllegalStateException()
			.isThrownBy(() -> outbox().append(Topics.USERS, user.toString(), registered(user, 1)));
	}

	@Test
	void keepsTheOrderOfAKeyThroughAnOutageAndASecondSender() {
		UserId user = new UserId(UuidV7.next());
		append(user, registered(user, 1));
		Awaitility.await().until(() -> !eventsOf(user).isEmpty());
		kafka.pause();
		for (int version = 2; version <= 50; version++) {
			append(user, registered(user, version));
		}
		try (ConfigurableApplicationContext second = service(Sending.class)) {
			assertThat(second.isRunning()).isTrue();
			kafka.resume();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> versionsOf(user).contains(50L));
			append(user, registered(user, 51));
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> versionsOf(user).contains(51L));
		}
		assertThat(versionsForGood(user)).containsExactlyElementsOf(LongStream.rangeClosed(1, 51).boxed().toList());
	}

	@Test
	void publishesTombstones() {
		UUID key = UUID.randomUUID();
		transaction().executeWithoutResult((status) -> outbox().appendTombstone(Topics.USERS, key.toString()));
		Awaitility.await()
			.until(() -> arrived.stream()
				.anyMatch((each) -> each.key().equals(key.toString()) && each.event() == null));
	}

	/** As after a right was missing for a moment: it takes nothing ever again. */
	@Test
	void replacesAProducerThatHasFailedForGood() {
		EmbeddedDatabase own = EmbeddedDatabase.create();
		own.execute(Scripts.read("db/messaging/outbox/R__outbox.sql"));
		own.execute("INSERT INTO outbox (topic, record_key, value) VALUES ('t', 'k', NULL)");
		MockProducer<String, byte[]> dead = new MockProducer<>(false, null, new StringSerializer(),
				new ByteArraySerializer()) {

			@Override
			public synchronized void flush() {
				while (errorNext(new ClusterAuthorizationException("not now"))) {
					// each of them fails
				}
			}

		};
		MockProducer<String, byte[]> next = new MockProducer<>(true, null, new StringSerializer(),
				new ByteArraySerializer());
		Iterator<Producer<String, byte[]>> producers = List.<Producer<String, byte[]>>of(dead, next).iterator();
		OutboxSender sender = new OutboxSender(own.dataSource(), producers::next, new MessagingProperties.Outbox(true,
				500, Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofMillis(100)),
				new OutboxMeters(new SimpleMeterRegistry()));
		sender.start();
		try {
			Awaitility.await().until(() -> next.history().size() == 1);
		}
		finally {
			sender.stop();
		}
		assertThat(dead.closed()).isTrue();
	}

	private static void append(UserId user, CloudEvent<?> event) {
		transaction().executeWithoutResult((status) -> outbox().append(Topics.USERS, user.toString(), event));
	}

	private static Outbox outbox() {
		return context.getBean(Outbox.class);
	}

	private static TransactionTemplate transaction() {
		return context.getBean(TransactionTemplate.class);
	}

	private static CloudEvent<UserEvent> registered(UserId user, long version) {
		return CloudEvent.of(UuidV7.next(), "/keys", Instant.parse("2026-11-21T03:04:05Z"),
				new UserEvent.Registered(user, Instant.parse("2026-11-21T03:04:05Z"), version));
	}

	private static List<Object> eventsOf(UserId user) {
		return arrived.stream()
			.filter((each) -> each.key().equals(user.toString()) && each.event() != null)
			.<Object>map(TopicRecord::event)
			.distinct()
			.toList();
	}

	/** What a reader is left with: a record that came again counts where it came last. */
	private static List<Long> versionsForGood(UserId user) {
		return arrived.reversed()
			.stream()
			.filter((each) -> each.key().equals(user.toString()) && each.event() != null)
			.map((each) -> ((UserEvent) ((CloudEvent<?>) each.event()).data()).version())
			.distinct()
			.toList()
			.reversed();
	}

	private static List<Long> versionsOf(UserId user) {
		return eventsOf(user).stream().map((event) -> ((UserEvent) ((CloudEvent<?>) event).data()).version()).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = FlywayAutoConfiguration.class)
	static class Sending {

		@Bean
		KafkaAdmin.NewTopics topics(TopicCatalog catalog) {
			return catalog.declare(Topics.USERS);
		}

	}

	/** Only one reads: what two read in one list would say nothing of an order. */
	@Configuration(proxyBeanMethods = false)
	static class Reading extends Sending {

		@Bean
		TopicReader users(TopicReaders readers) {
			return readers.read(Topics.USERS, arrived::add);
		}

	}

}
