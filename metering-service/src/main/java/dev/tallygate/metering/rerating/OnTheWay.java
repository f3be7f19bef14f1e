package dev.tallygate.metering.rerating;

import dev.tallygate.events.Topics;
import dev.tallygate.messaging.Intake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.stereotype.Component;

/**
 * Whether events are still on their way to the ledger: in the outbox, or in the usage
 * topic behind what was taken in. Whoever does not know says that they are.
 */
@Component
class OnTheWay {

	private static final Logger logger = LoggerFactory.getLogger(OnTheWay.class);

	private static final int LIMIT_MILLIS = Math.toIntExact(Duration.ofSeconds(5).toMillis());

	/** Kafka is not asked again earlier. */
	private static final long INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

	private final JdbcClient jdbc;

	private final KafkaAdmin kafka;

	private final Intake usage;

	private long unreadAt = System.nanoTime() - INTERVAL_NANOS;

	OnTheWay(JdbcClient jdbc, KafkaAdmin kafka, Intake usage) {
		this.jdbc = jdbc;
		this.kafka = kafka;
		this.usage = usage;
	}

	/**
	 * Whether any of the events that were appended to the outbox before may still come.
	 * When not, the ledger has all that will ever come, and whoever looks from now on
	 * sees it.
	 */
	synchronized boolean isAnything() {
		if (isInOutbox() || System.nanoTime() - this.unreadAt < INTERVAL_NANOS) {
			return true;
		}
		// What has left the outbox is in the topic, so this order overlooks nothing.
		if (isInTopic()) {
			this.unreadAt = System.nanoTime();
			return true;
		}
		return false;
	}

	private boolean isInOutbox() {
		return this.jdbc.sql("SELECT EXISTS (SELECT FROM outbox WHERE topic = ?)")
			.param(Topics.USAGE)
			.query(Boolean.class)
			.single();
	}

	private boolean isInTopic() {
		try (Admin admin = Admin.create(this.kafka.getConfigurationProperties())) {
			Map<Integer, Long> ends = ends(admin);
			Map<Integer, Long> positions = positions();
			return ends.entrySet()
				.stream()
				.anyMatch((end) -> positions.getOrDefault(end.getKey(), 0L) < end.getValue());
		}
		catch (ExecutionException | KafkaException ex) {
			logger.debug("Where the topic ends is not known", ex);
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return true;
		}
	}

	private Map<Integer, Long> ends(Admin admin) throws ExecutionException, InterruptedException {
		String topic = this.usage.topic();
		Map<TopicPartition, OffsetSpec> latest = admin
			.describeTopics(List.of(topic), new DescribeTopicsOptions().timeoutMs(LIMIT_MILLIS))
			.allTopicNames()
			.get()
			.values()
			.stream()
			.flatMap((description) -> description.partitions().stream())
			.collect(Collectors.toMap((each) -> new TopicPartition(topic, each.partition()),
					(each) -> OffsetSpec.latest()));
		return admin.listOffsets(latest, new ListOffsetsOptions().timeoutMs(LIMIT_MILLIS))
			.all()
			.get()
			.entrySet()
			.stream()
			.collect(Collectors.toMap((each) -> each.getKey().partition(), (each) -> each.getValue().offset()));
	}

	private Map<Integer, Long> positions() {
		return this.jdbc
			.sql("SELECT partition, next_offset FROM intake_position WHERE consumer_group = ? AND topic = ?")
			.params(this.usage.group(), this.usage.topic())
			.query((row, number) -> Map.entry(row.getInt(1), row.getLong(2)))
			.list()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

}
