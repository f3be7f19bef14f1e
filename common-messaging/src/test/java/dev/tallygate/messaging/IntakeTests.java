package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class IntakeTests {

	private static final AtomicInteger NUMBER = new AtomicInteger();

	/** The version of an event whose handling meets an outage. */
	private static final long OUTAGE = 77;

	/** The version of an event that the database finds too large. */
	private static final long TOO_LARGE = 54;

	/** The version of an event whose handling ends the listener. */
	private static final long FATAL = 99;

	private static final AtomicBoolean outage = new AtomicBoolean();

	private final EmbeddedKafka kafka = EmbeddedKafka.shared();

	private final EmbeddedDatabase database = EmbeddedDatabase.create();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	private final String topic = "intake-" + NUMBER.incrementAndGet();

	private final Instant start = Instant.now();

	/** The first offset of partition 0 that is later than what was taken in. */
	private long firstLater = 10;

	private final List<ConfigurableApplicationContext> services = new ArrayList<>();

	@BeforeEach
	void prepare() {
		outage.set(false);
		this.database.execute(Scripts.read("db/messaging/intake/R__intake.sql"));
		this.database.execute("""
				CREATE TABLE seen (event_id uuid PRIMARY KEY, version bigint NOT NULL CHECK (version <> 13),
				partition int, record_offset bigint)""");
		this.database.execute("CREATE TABLE applied (event_id uuid)");
		this.kafka.create(new org.apache.kafka.clients.admin.NewTopic(this.topic, 3, (short) 1),
				new org.apache.kafka.clients.admin.NewTopic(Topics.deadLetter(this.topic), 1, (short) 1));
	}

	@AfterEach
	void stop() {
		this.services.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void appliesEachEventOnceThroughAReplayFromTheBeginning() {
		send(events(200));
		service();
		awaitApplied(200);
		stop();
		this.jdbc.sql("UPDATE intake_position SET next_offset = 0").update();
		service();
		Awaitility.await().until(() -> offsetsTaken() == 200);
		assertThat(appliedCount()).isEqualTo(200);
	}

	@Test
	void tellsOfAListenerThatHasEnded() {
		ConfigurableApplicationContext service = service();
		MeterRegistry meters = service.getBean(MeterRegistry.class);
		assertThat(meters.get("tallygate.loop.alive").gauges())
			.allSatisfy((gauge) -> assertThat(gauge.value()).isEqualTo(1));
		IntakeContainers intakes = service.getBean(IntakeContainers.class);
		Gauge partitions = meters.get("tallygate.intake.partitions").tag("topic", this.topic).gauge();
		Awaitility.await().until(() -> partitions.value() > 0);
		send(List.of(event(FATAL)));
		Awaitility.await().until(() -> !intakes.stopped().isEmpty());
		assertThat(intakes.stopped()).singleElement().asString().endsWith(this.topic);
		assertThat(meters.get("tallygate.loop.alive").tag("loop", intakes.stopped().getFirst()).gauge().value())
			.isZero();
		assertThat(partitions.value()).isZero();
	}

	@Test
	void trustsTheDatabaseAndNotTheCommittedOffset() {
		send(events(30));
		service();
		awaitApplied(30);
		stop();
		this.database.execute("TRUNCATE seen, applied, intake_position");
		service();
		awaitApplied(30);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 7, 19 })
	void setsAPoisonRecordAsideWhereverItIs(int position) {
		List<byte[]> values = new ArrayList<>(events(20));
		values.add(position, "poison".getBytes(StandardCharsets.UTF_8));
		sendTo(0, values);
		service();
		awaitApplied(20);
		assertThat(deadLetters()).singleElement().satisfies((letter) -> {
			assertThat(letter.get("record_offset")).isEqualTo((long) position);
			assertThat(letter.get("value")).isEqualTo("poison".getBytes(StandardCharsets.UTF_8));
		});
		ConsumerRecord<byte[], byte[]> forwarded = firstForwarded();
		assertThat(forwarded.value()).isEqualTo("poison".getBytes(StandardCharsets.UTF_8));
		assertThat(new String(forwarded.headers().lastHeader("dlt-reason").value(), StandardCharsets.UTF_8))
			.startsWith("not a valid event");
		assertThat(new String(forwarded.headers().lastHeader("dlt-offset").value(), StandardCharsets.UTF_8))
			.isEqualTo(String.valueOf(position));
	}

	@Test
	void findsTheRecordsThatTheHandlerRefusesAndAppliesTheRest() {
		List<byte[]> values = new ArrayList<>(events(100));
		values.add(99, event(13));
		values.add(50, event(13));
		values.add(0, event(13));
		sendTo(1, values);
		service();
		awaitApplied(100);
		Awaitility.await().until(() -> deadLetters().size() == 3);
		assertThat(deadLetters()).extracting((letter) -> letter.get("reason"))
			.containsOnly("refused by the handler: SQLSTATE 23514");
		assertThat(deadLetters()).extracting((letter) -> letter.get("record_offset")).containsExactly(0L, 51L, 101L);
	}

	@Test
	void ignoresTombstonesAndUnknownTypes() {
		byte[] unknown = new String(event(1), StandardCharsets.UTF_8).replace("user.registered", "user.knighted")
			.getBytes(StandardCharsets.UTF_8);
		List<byte[]> values = new ArrayList<>();
		values.add(unknown);
		values.add(null);
		values.addAll(events(2));
		sendTo(0, values);
		service();
		awaitApplied(2);
		Awaitility.await().until(() -> offsetsTaken() == 4);
		assertThat(deadLetters()).isEmpty();
	}

	@Test
	void waitsForTheInfrastructureAndNeverGivesUpARecord() {
		outage.set(true);
		send(events(10));
		ConfigurableApplicationContext service = service();
		Awaitility.await()
			.until(() -> service.getBean(SimpleMeterRegistry.class)
				.get("tallygate.intake.retries")
				.counter()
				.count() >= 3);
		assertThat(appliedCount()).isZero();
		outage.set(false);
		awaitApplied(10);
		assertThat(deadLetters()).isEmpty();
	}

	@Test
	void sharesPartitionsBetweenTwoConsumersThroughRebalances() throws Exception {
		for (int round = 0; round < 4; round++) {
			send(events(100));
			ConfigurableApplicationContext added = service();
			send(events(100));
			if (round % 2 == 1) {
				this.services.removeFirst().close();
			}
			assertThat(added.isRunning()).isTrue();
		}
		awaitApplied(800);
		Awaitility.await().until(() -> offsetsTaken() == 800);
		assertThat(deadLetters()).isEmpty();
	}

	@Test
	void fencesTheLateBatchOfAZombie() {
		Listener zombie = new Listener();
		Listener successor = new Listener();
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			records.add(new ConsumerRecord<>(this.topic, 0, i, new byte[0], event(i)));
		}
		zombie.take(records.subList(0, 4));
		successor.take(records.subList(4, 8));
		zombie.take(records.subList(4, 6));
		assertThat(appliedCount()).isEqualTo(8);
		assertThat(zombie.outcome("fenced")).isEqualTo(2);
		zombie.take(records.subList(6, 10));
		assertThat(appliedCount()).isEqualTo(10);
		assertThat(zombie.outcome("fenced")).isEqualTo(4);
		assertThat(zombie.outcome("duplicate")).isZero();
		assertThat(offsetsTaken()).isEqualTo(10);
	}

	@Test
	void takesInOffsetsThatABrokerGivesTwice() {
		Listener listener = new Listener();
		List<ConsumerRecord<byte[], byte[]>> before = records(0, 10, 1000);
		listener.take(before);
		List<ConsumerRecord<byte[], byte[]>> again = records(5, 10, 2000);
		listener.take(again.subList(0, 3));
		assertThat(offsetsTaken()).isEqualTo(8);
		listener.take(again.subList(3, 5));
		assertThat(appliedCount()).isEqualTo(15);
		assertThat(offsetsTaken()).isEqualTo(10);
		assertThat(listener.outcome("fenced")).isZero();
		listener.take(again);
		listener.take(before);
		listener.take(records(5, 10, 2000));
		assertThat(appliedCount()).isEqualTo(15);
		assertThat(listener.outcome("fenced")).isEqualTo(20);
		assertThat(offsetsTaken()).isEqualTo(10);
	}

	@Test
	void startsAtOffsetsThatABrokerGaveTwiceBeforeThePartitionCame() {
		new Listener().take(records(0, 10, 1000));
		this.firstLater = 5;
		Listener next = new Listener();
		assertThat(next.consumer.position(new TopicPartition(this.topic, 0))).isEqualTo(5);
		next.take(records(5, 12, 2000));
		assertThat(appliedCount()).isEqualTo(17);
		assertThat(offsetsTaken()).isEqualTo(12);
	}

	@Test
	void goesBackWhenTheDatabaseIsBehindTheBatch() {
		Listener listener = new Listener();
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			records.add(new ConsumerRecord<>(this.topic, 0, i, new byte[0], event(i)));
		}
		listener.take(records.subList(0, 8));
		this.database.execute("TRUNCATE seen, applied; UPDATE intake_position SET next_offset = 3");
		listener.take(records.subList(8, 10));
		assertThat(appliedCount()).isZero();
		assertThat(listener.consumer.position(new TopicPartition(this.topic, 0))).isEqualTo(3);
	}

	@Test
	void skipsNothingOfAPutOffPartitionThatAPoisonRecordSplitsTheBatchOf() {
		Listener listener = new Listener();
		List<ConsumerRecord<byte[], byte[]>> records = records(0, 10);
		listener.take(records.subList(0, 6));
		this.database.execute("TRUNCATE seen, applied; UPDATE intake_position SET next_offset = 3");
		List<ConsumerRecord<byte[], byte[]>> mixed = new ArrayList<>(records.subList(6, 10));
		mixed.add(new ConsumerRecord<>(this.topic, 1, 0, new byte[0], event(13)));
		mixed.add(new ConsumerRecord<>(this.topic, 1, 1, new byte[0], event(1)));
		listener.take(mixed);
		assertThat(deadLetters()).hasSize(1);
		assertThat(listener.consumer.position(new TopicPartition(this.topic, 0))).isEqualTo(3);
		listener.take(records.subList(3, 10));
		assertThat(appliedCount()).isEqualTo(7 + 1);
	}

	@Test
	void skipsNothingOfAPutOffPartitionWhenTheBatchFailsAfterwards() {
		Listener listener = new Listener();
		List<ConsumerRecord<byte[], byte[]>> records = records(0, 10);
		listener.take(records.subList(0, 6));
		this.database.execute("TRUNCATE seen, applied; UPDATE intake_position SET next_offset = 3");
		List<ConsumerRecord<byte[], byte[]>> mixed = new ArrayList<>(records.subList(6, 10));
		mixed.add(new ConsumerRecord<>(this.topic, 1, 0, new byte[0], event(13)));
		// Split for the poison record, and the second half meets an outage.
		mixed.add(new ConsumerRecord<>(this.topic, 1, 1, new byte[0], event(OUTAGE)));
		assertThatExceptionOfType(TransientDataAccessResourceException.class).isThrownBy(() -> listener.take(mixed));
		// The container gives the batch again, although the partition was sent back.
		listener.take(records.subList(6, 10));
		assertThat(appliedCount()).isZero();
		assertThat(listener.consumer.position(new TopicPartition(this.topic, 0))).isEqualTo(3);
	}

	@Test
	void goesOnWhenTheRecordsBetweenAreGoneFromTheTopic() {
		Listener listener = new Listener();
		List<ConsumerRecord<byte[], byte[]>> records = records(0, 10);
		listener.take(records.subList(0, 3));
		listener.take(records.subList(6, 10));
		assertThat(appliedCount()).isEqualTo(7);
	}

	@Test
	void setsARecordAsideThatIsTooLargeForAnIndex() {
		Listener listener = new Listener();
		listener.take(List.of(new ConsumerRecord<>(this.topic, 0, 0, new byte[0], event(1)),
				new ConsumerRecord<>(this.topic, 0, 1, new byte[0], event(TOO_LARGE)),
				new ConsumerRecord<>(this.topic, 0, 2, new byte[0], event(1))));
		assertThat(appliedCount()).isEqualTo(2);
		assertThat(deadLetters()).extracting((letter) -> letter.get("reason"))
			.containsExactly("refused by the handler: SQLSTATE 54000");
	}

	@Test
	void tellsHowFarBehindItIsWhileTheDatabaseIsAway() {
		Listener listener = new Listener();
		List<ConsumerRecord<byte[], byte[]>> records = records(0, 8);
		outage.set(true);
		assertThatExceptionOfType(TransientDataAccessResourceException.class).isThrownBy(() -> listener.take(records));
		assertThat(listener.registry.get("tallygate.intake.lag").gauge().value()).isEqualTo(100);
	}

	/** One that hangs would otherwise be behind by nothing. */
	@Test
	void tellsHowFarBehindItIsWhileItIsAtABatch() {
		Listener listener = new Listener();
		listener.take(records(0, 8));
		assertThat(listener.lagMeanwhile).isEqualTo(100);
	}

	@Test
	void forwardsTheLettersBehindOneThatIsTooLargeWithItsHeaders() {
		byte[] huge = new byte[1024 * 1024 - 95];
		java.util.Arrays.fill(huge, (byte) 'x');
		sendTo(0, List.of(huge, "poison".getBytes(StandardCharsets.UTF_8)));
		service();
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> deadLetters().stream().filter((letter) -> letter.get("forwarded_at") != null).count() == 2);
		ConsumerRecord<byte[], byte[]> forwarded = forwarded(2).stream()
			.filter((each) -> each.headers().lastHeader("dlt-left-out-bytes") != null)
			.findFirst()
			.orElseThrow();
		assertThat(forwarded.value()).isNull();
		assertThat(new String(forwarded.headers().lastHeader("dlt-left-out-bytes").value(), StandardCharsets.UTF_8))
			.isEqualTo(String.valueOf(huge.length));
	}

	@Test
	void takesInAgainWhatAKillLeftUncommitted() {
		Listener killed = new Listener();
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			records.add(new ConsumerRecord<>(this.topic, 0, i, new byte[0], event(i)));
		}
		killed.take(records);
		// The offset commit never happened: the next consumer is given all of it again.
		Listener next = new Listener();
		next.take(records);
		assertThat(appliedCount()).isEqualTo(6);
		assertThat(next.outcome("fenced")).isEqualTo(6);
	}

	private ConfigurableApplicationContext service() {
		ConfigurableApplicationContext service = new SpringApplicationBuilder(Service.class)
			.web(WebApplicationType.NONE)
			.run("--spring.kafka.bootstrap-servers=" + this.kafka.bootstrapServers(),
					"--spring.datasource.url=" + this.database.url(),
					"--spring.datasource.username=" + this.database.username(),
					"--spring.datasource.password=" + this.database.password(), "--topic=" + this.topic,
					"--tallygate.intake.batch-size=37");
		this.services.add(service);
		return service;
	}

	private static List<byte[]> events(int count) {
		List<byte[]> events = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			events.add(event(1));
		}
		return events;
	}

	private static byte[] event(long version) {
		return EventCodec.encode(CloudEvent.of(UuidV7.next(), "/keys", Instant.now(),
				new UserEvent.Registered(new UserId(UuidV7.next()), Instant.now(), version)));
	}

	private void send(List<byte[]> values) {
		for (int partition = 0; partition < 3; partition++) {
			List<byte[]> part = new ArrayList<>();
			for (int i = partition; i < values.size(); i += 3) {
				part.add(values.get(i));
			}
			sendTo(partition, part);
		}
	}

	private void sendTo(int partition, List<byte[]> values) {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(this.kafka.clientProperties(),
				new StringSerializer(), new ByteArraySerializer())) {
			for (byte[] value : values) {
				producer.send(new ProducerRecord<>(this.topic, partition, "key", value)).get();
			}
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<ConsumerRecord<byte[], byte[]>> records(int partition, int count) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			records.add(new ConsumerRecord<>(this.topic, partition, i, new byte[0], event(i)));
		}
		return records;
	}

	/** Of partition 0, each a millisecond after the one before. */
	private List<ConsumerRecord<byte[], byte[]>> records(int from, int to, long time) {
		List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
		for (int i = from; i < to; i++) {
			byte[] value = event(1);
			records.add(new ConsumerRecord<>(this.topic, 0, i, this.start.toEpochMilli() + time + i,
					TimestampType.LOG_APPEND_TIME, 0, value.length, new byte[0], value, new RecordHeaders(),
					Optional.empty()));
		}
		return records;
	}

	private ConsumerRecord<byte[], byte[]> firstForwarded() {
		return forwarded(1).getFirst();
	}

	private List<ConsumerRecord<byte[], byte[]>> forwarded(int count) {
		try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(this.kafka.clientProperties(),
				new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
			TopicPartition partition = new TopicPartition(Topics.deadLetter(this.topic), 0);
			consumer.assign(List.of(partition));
			consumer.seekToBeginning(List.of(partition));
			List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
			Awaitility.await().until(() -> {
				found.addAll(consumer.poll(Duration.ofSeconds(1)).records(partition));
				return found.size() >= count;
			});
			return found;
		}
	}

	private void awaitApplied(int count) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> appliedCount() == count);
	}

	private int appliedCount() {
		return this.jdbc.sql("SELECT count(*) FROM applied").query(Integer.class).single();
	}

	private long offsetsTaken() {
		return this.jdbc.sql("SELECT coalesce(sum(next_offset), 0) FROM intake_position").query(Long.class).single();
	}

	private List<Map<String, @Nullable Object>> deadLetters() {
		return this.jdbc.sql("SELECT * FROM dead_letter ORDER BY partition, record_offset").query().listOfRows();
	}

	/** Counts what is new, as any handler must that survives a replay. */
	private static int apply(JdbcClient jdbc, List<Received> batch) {
		if (outage.get()) {
			throw new TransientDataAccessResourceException("away");
		}
		int duplicates = 0;
		for (Received each : batch) {
			long version = ((UserEvent) each.event().data()).version();
			if (version == OUTAGE) {
				throw new TransientDataAccessResourceException("away");
			}
			if (version == FATAL) {
				throw new StackOverflowError("as an error of the JVM would");
			}
			if (version == TOO_LARGE) {
				throw new UncategorizedSQLException("insert", null, new SQLException("index row size", "54000"));
			}
			int added = jdbc.sql("INSERT INTO seen VALUES (?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING")
				.params(each.event().id(), ((UserEvent) each.event().data()).version(), each.partition(), each.offset())
				.update();
			if (added == 1) {
				jdbc.sql("INSERT INTO applied VALUES (?)").param(each.event().id()).update();
			}
			duplicates += 1 - added;
		}
		return duplicates;
	}

	/** A listener without a container, to play the consumer's part oneself. */
	private final class Listener {

		private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

		private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {

			@Override
			public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
					Map<TopicPartition, Long> times) {
				return times.entrySet()
					.stream()
					.collect(Collectors.toMap(Map.Entry::getKey,
							(each) -> new OffsetAndTimestamp(IntakeTests.this.firstLater, each.getValue())));
			}

		};

		private final IntakeListener listener;

		private double lagMeanwhile;

		Listener() {
			TopicPartition partition = new TopicPartition(IntakeTests.this.topic, 0);
			TopicPartition other = new TopicPartition(IntakeTests.this.topic, 1);
			this.consumer.assign(List.of(partition, other));
			this.consumer.updateBeginningOffsets(Map.of(partition, 0L, other, 0L));
			this.consumer.updateEndOffsets(Map.of(partition, 100L, other, 0L));
			DataSource dataSource = IntakeTests.this.database.dataSource();
			JdbcTemplate template = new JdbcTemplate(dataSource);
			this.listener = new IntakeListener(new Intake("group", IntakeTests.this.topic, (batch) -> {
				this.lagMeanwhile = this.registry.get("tallygate.intake.lag").gauge().value();
				return apply(JdbcClient.create(template), batch);
			}), new Positions(template, "group", IntakeTests.this.topic), new DeadLetters(template, "group"),
					new TransactionTemplate(new JdbcTransactionManager(dataSource)),
					new IntakeMeters(this.registry, "group", IntakeTests.this.topic), () -> {
					}, () -> {
					}, Duration.ZERO);
			this.listener.onPartitionsAssigned(this.consumer, List.of(partition, other));
		}

		void take(List<ConsumerRecord<byte[], byte[]>> records) {
			this.listener.onMessage(records, this.consumer);
		}

		double outcome(String outcome) {
			return this.registry.get("tallygate.intake.records").tag("outcome", outcome).counter().count();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = FlywayAutoConfiguration.class)
	static class Service {

		@Bean
		SimpleMeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		Intake intake(@org.springframework.beans.factory.annotation.Value("${topic}") String topic, JdbcClient jdbc) {
			return new Intake("group", topic, (batch) -> apply(jdbc, batch));
		}

	}

}
