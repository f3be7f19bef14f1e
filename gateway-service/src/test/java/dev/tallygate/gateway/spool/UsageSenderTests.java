package dev.tallygate.gateway.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.SourceClosed;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.Admission;
import dev.tallygate.pricing.PriceTable;
import dev.tallygate.gateway.usage.CallMeters;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.messaging.EmbeddedKafka;
import dev.tallygate.messaging.TopicCatalog;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsageSenderTests {

	@TempDir
	private Path directory;

	@Test
	void everyEventArrivesInOrderWhateverTheBrokerDoes() throws Exception {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		List<UserId> users = IntStream.range(0, 20).mapToObj((i) -> new UserId(UuidV7.next())).toList();
		try (EmbeddedKafka kafka = EmbeddedKafka.start(); Spool spool = Fixtures.spool(this.directory)) {
			UsageSender sender = new UsageSender(spool, kafka.clientProperties(), meters());
			sender.start();
			settle(spool, users, 100);
			assertThat(spool.state().depth()).as("no topic yet, nobody waits").isEqualTo(100);
			kafka.create(new TopicCatalog((short) 1).topic(Topics.USAGE));
			awaitSent(spool);
			for (int round = 0; round < 2; round++) {
				settle(spool, users, 50 + random.nextInt(100));
				kafka.pause();
				long before = System.nanoTime();
				settle(spool, users, 50 + random.nextInt(100));
				assertThat(Duration.ofNanos(System.nanoTime() - before)).as("calls do not wait for Kafka")
					.isLessThan(Duration.ofSeconds(3));
				kafka.resume();
				settle(spool, users, 50);
			}
			awaitSent(spool);
			sender.stop();
			check(received(kafka), spool.state().lastSeq(), "seed " + seed);
		}
	}

	@Test
	void aNewProcessGoesOnAfterTheLastAcknowledgedEvent() throws Exception {
		EmbeddedKafka kafka = EmbeddedKafka.shared();
		kafka.create(new TopicCatalog((short) 1).topic(Topics.USAGE));
		List<UserId> users = List.of(new UserId(UuidV7.next()));
		String source;
		try (Spool spool = Fixtures.spool(this.directory)) {
			source = spool.source();
			settle(spool, users, 30);
		}
		sendInOrder(kafka);
		try (Spool spool = Fixtures.spool(this.directory)) {
			settle(spool, users, 5);
		}
		sendInOrder(kafka);
		List<CloudEvent<?>> events = new ArrayList<>();
		for (ConsumerRecord<String, byte[]> record : received(kafka)) {
			CloudEvent<?> event = EventCodec.decode(record.value());
			if (event.source().equals(source)) {
				events.add(event);
			}
		}
		assertThat(events.stream().filter((event) -> event.seq() != null).map(CloudEvent::seq))
			.containsExactlyElementsOf(LongStream.rangeClosed(1, 35).boxed().toList());
		assertThat(events.stream().map(CloudEvent::data).filter(SourceClosed.class::isInstance))
			.map((data) -> ((SourceClosed) data).lastSeq())
			.containsExactly(30L, 35L);
	}

	/** Starts and stops as a process does that has nothing else to do. */
	private void sendInOrder(EmbeddedKafka kafka) throws IOException {
		try (Spool spool = Fixtures.spool(this.directory)) {
			Bookkeeping books = bookkeeping(spool, kafka);
			books.start();
			books.stop();
		}
	}

	private static Bookkeeping bookkeeping(Spool spool, EmbeddedKafka kafka) {
		SpoolMeters meters = meters();
		Clock clock = Clock.systemUTC();
		Admission admission = new Admission(spool.source(), Fixtures.admission(), clock);
		SpooledCalls calls = new SpooledCalls(() -> new PriceTable("none", List.of()), admission, spool,
				new CallMeters(new SimpleMeterRegistry(), new ModelLabels()), clock);
		SpoolProperties properties = Fixtures.properties(Path.of("unused"));
		return new Bookkeeping(calls, admission, spool, new UsageSender(spool, kafka.clientProperties(), meters),
				new SpoolUpkeep(spool, properties), Duration.ofSeconds(20), clock);
	}

	private static SpoolMeters meters() {
		return new SpoolMeters(new SimpleMeterRegistry());
	}

	private static void settle(Spool spool, List<UserId> users, int calls) {
		for (int i = 0; i < calls; i++) {
			CallOpened call = Fixtures.call(users.get(i % users.size()));
			spool.settled(spool.opened(call), Fixtures.completed(1, i));
		}
	}

	private static void awaitSent(Spool spool) {
		Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> spool.state().depth() == 0);
	}

	private static void check(List<ConsumerRecord<String, byte[]>> records, long lastSeq, String seed)
			throws Exception {
		Set<Long> seqs = new HashSet<>();
		Map<String, Long> lastPerUser = new HashMap<>();
		for (ConsumerRecord<String, byte[]> record : records) {
			CloudEvent<?> event = EventCodec.decode(record.value());
			assertThat(record.key()).as(seed).isEqualTo(event.data().userId().toString());
			Long seq = event.seq();
			assertThat(seq).isNotNull();
			if (seqs.add(seq)) {
				assertThat(lastPerUser.merge(record.key(), seq, Math::max)).as("in order, %s", seed).isEqualTo(seq);
			}
		}
		assertThat(seqs).as(seed)
			.containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, lastSeq).boxed().toList());
	}

	private static List<ConsumerRecord<String, byte[]>> received(EmbeddedKafka kafka) {
		List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
		try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(kafka.clientProperties(),
				new StringDeserializer(), new ByteArrayDeserializer())) {
			List<TopicPartition> partitions = consumer.partitionsFor(Topics.USAGE)
				.stream()
				.map((partition) -> new TopicPartition(Topics.USAGE, partition.partition()))
				.toList();
			consumer.assign(partitions);
			consumer.seekToBeginning(partitions);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
				consumer.poll(Duration.ofMillis(50)).forEach(records::add);
				return partitions.stream().allMatch((each) -> consumer.position(each) >= ends.getOrDefault(each, 0L));
			});
		}
		return records;
	}

}
