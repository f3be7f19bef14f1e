package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UserEvent;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class TopicReaderTests {

	private static final AtomicInteger NUMBER = new AtomicInteger();

	private final EmbeddedKafka kafka = EmbeddedKafka.shared();

	private final String topic = "whole-" + NUMBER.incrementAndGet();

	private final List<String> read = new CopyOnWriteArrayList<>();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private @Nullable TopicReader reader;

	@AfterEach
	void stop() {
		if (this.reader != null) {
			this.reader.stop();
		}
	}

	@Test
	void readsOnWhenTheTopicWasMadeAnewWithFewerPartitions() throws Exception {
		this.kafka.create(new NewTopic(this.topic, 3, (short) 1));
		send(2, "old");
		TopicReader reader = reader((change) -> this.read.add(change.key()));
		reader.start();
		Awaitility.await().until(() -> this.read.contains("old"));
		reader.stop();
		try (Admin admin = Admin.create(this.kafka.clientProperties())) {
			admin.deleteTopics(List.of(this.topic)).all().get();
			Awaitility.await().until(() -> !admin.listTopics().names().get().contains(this.topic));
		}
		this.kafka.create(new NewTopic(this.topic, 1, (short) 1));
		send(0, "new");
		reader.start();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.read.contains("new"));
		assertThat(reader.isDead()).isFalse();
	}

	@Test
	void saysThatATopicIsMissingUntilItIsThere() {
		TopicReader reader = reader((change) -> this.read.add(change.key()));
		assertThat(reader.isMissing()).isFalse();
		reader.start();
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(reader::isMissing);
		assertThat(reader.isCaughtUp()).isFalse();
		this.kafka.create(new NewTopic(this.topic, 1, (short) 1));
		send(0, "first");
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.read.contains("first"));
		assertThat(reader.isMissing()).isFalse();
	}

	@Test
	void readsOnAfterARecordWhoseHandlerFailsWithAnError() {
		this.kafka.create(new NewTopic(this.topic, 1, (short) 1));
		send(0, "first");
		send(0, "second");
		TopicReader reader = reader((change) -> {
			if (change.key().equals("first")) {
				throw new StackOverflowError();
			}
			this.read.add(change.key());
		});
		reader.start();
		Awaitility.await().until(() -> this.read.contains("second"));
		assertThat(this.registry.get("tallygate.topic.records").tag("outcome", "failed").counter().count())
			.isEqualTo(1);
		assertThat(reader.isCaughtUp()).isTrue();
	}

	@Test
	void decodesOnlyTheLatestReadableRecordOfAKeyWhereThatIsAllThatCounts() {
		this.kafka.create(new NewTopic(this.topic, 1, (short) 1));
		for (String key : List.of("a", "b", "a", "c", "a")) {
			send(0, key);
		}
		send(0, "c", "garbage".getBytes(StandardCharsets.UTF_8));
		List<Long> offsets = new CopyOnWriteArrayList<>();
		TopicReader latest = new TopicReaders(this.kafka.clientProperties(), this.registry).readLatest(this.topic,
				(change) -> offsets.add(change.offset()));
		this.reader = latest;
		latest.start();
		Awaitility.await().until(latest::isCaughtUp);
		assertThat(offsets).containsSubsequence(1L, 3L, 4L);
		assertThat(outcome("applied") + outcome("superseded")).isEqualTo(5);
		assertThat(outcome("applied")).isEqualTo(offsets.size());
		assertThat(outcome("undecodable")).isEqualTo(1);
	}

	@Test
	void gathersWhatComesSoonAfterAnotherRecordForWhoNeedNotKnowAtOnce() {
		this.kafka.create(new NewTopic(this.topic, 1, (short) 1));
		send(0, "a");
		List<Long> offsets = new CopyOnWriteArrayList<>();
		TopicReader gathering = new TopicReaders(this.kafka.clientProperties(), this.registry).readLatest(this.topic,
				(change) -> offsets.add(change.offset()), Duration.ofSeconds(3));
		this.reader = gathering;
		gathering.start();
		Awaitility.await().until(() -> offsets.contains(0L));
		send(0, "a");
		send(0, "a");
		send(0, "a");
		Awaitility.await().until(() -> offsets.contains(3L));
		// What the broker had waited with when the reader went to gather comes first.
		assertThat(offsets).startsWith(0L).endsWith(3L).doesNotContain(2L);
		assertThat(outcome("superseded") + outcome("applied")).isEqualTo(4);
	}

	private double outcome(String outcome) {
		return this.registry.get("tallygate.topic.records").tag("outcome", outcome).counter().count();
	}

	private TopicReader reader(Consumer<TopicRecord> handler) {
		TopicReader made = new TopicReaders(this.kafka.clientProperties(), this.registry).read(this.topic, handler);
		this.reader = made;
		return made;
	}

	private void send(int partition, String key) {
		byte[] event = EventCodec.encode(CloudEvent.of(UuidV7.next(), "/keys", Instant.now(),
				new UserEvent.Registered(new UserId(UuidV7.next()), Instant.now(), 1)));
		send(partition, key, event);
	}

	private void send(int partition, String key, byte[] event) {
		try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(this.kafka.clientProperties(),
				new StringSerializer(), new ByteArraySerializer())) {
			producer.send(new ProducerRecord<>(this.topic, partition, key, event)).get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
