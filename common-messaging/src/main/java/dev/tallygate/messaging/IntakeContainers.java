package dev.tallygate.messaging;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.event.ConsumerRetryAuthEvent;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs a listener container for each declared {@link Intake}.
 */
final class IntakeContainers implements SmartLifecycle, IntakeAssignments {

	private static final Logger logger = LoggerFactory.getLogger(IntakeContainers.class);

	/**
	 * A little less than an event has, so that a batch takes all that a fetch brought.
	 */
	private static final int EVENT_BYTES = 1024;

	private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

	private final List<ConcurrentMessageListenerContainer<byte[], byte[]>> containers;

	private final List<IntakeListener> listeners;

	private volatile boolean running;

	IntakeContainers(List<Intake> intakes, Factory factory) {
		List<Taken> taken = intakes.stream().map(factory::listener).toList();
		this.listeners = taken.stream().map(Taken::listener).toList();
		this.containers = taken.stream().map(factory::create).toList();
		for (int i = 0; i < taken.size(); i++) {
			watch(taken.get(i).intake(), this.containers.get(i), factory.registry());
		}
	}

	/**
	 * What a listener tells of its lag ends with it, so that it has ended, or holds
	 * nothing, is told beside.
	 */
	private void watch(Intake intake, ConcurrentMessageListenerContainer<byte[], byte[]> container,
			MeterRegistry registry) {
		Gauge.builder("tallygate.intake.partitions", container, (each) -> each.getAssignedPartitions().size())
			.tags("group", intake.group(), "topic", intake.topic())
			.description("partitions that this process takes in")
			.register(registry);
		BackgroundLoops.meterAlive(registry, name(container), container, this::hasStopped);
	}

	private static String name(ConcurrentMessageListenerContainer<byte[], byte[]> container) {
		return String.valueOf(container.getBeanName());
	}

	private boolean hasStopped(ConcurrentMessageListenerContainer<byte[], byte[]> container) {
		return this.running && !(container.isRunning() && container.isInExpectedState()
				&& container.getContainers().stream().allMatch((child) -> child.isRunning()));
	}

	/** Containers that have stopped though nobody told them to. */
	List<String> stopped() {
		return this.containers.stream().filter(this::hasStopped).map(IntakeContainers::name).toList();
	}

	@Override
	public Set<Integer> partitionsOf(String topic) {
		return this.containers.stream()
			.flatMap((container) -> container.getAssignedPartitions().stream())
			.filter((partition) -> partition.topic().equals(topic))
			.map(TopicPartition::partition)
			.collect(Collectors.toUnmodifiableSet());
	}

	@Override
	public Set<Integer> movingPartitionsOf(String topic, Duration most) {
		Set<Integer> moving = new HashSet<>(partitionsOf(topic));
		this.listeners.stream()
			.filter((listener) -> listener.topic().equals(topic))
			.forEach((listener) -> moving.removeAll(listener.stuck(most)));
		return moving;
	}

	@Override
	public void start() {
		this.containers.forEach(ConcurrentMessageListenerContainer::start);
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		this.containers.forEach(ConcurrentMessageListenerContainer::stop);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** An intake with what takes it in and what repeats it. */
	record Taken(Intake intake, IntakeListener listener, RetryForever retry) {

	}

	/**
	 * Makes the containers.
	 *
	 * @param kafka the clients' common configuration
	 * @param properties what can be set
	 * @param jdbc the service's database
	 * @param transactions the service's transactions
	 * @param registry where to meter
	 * @param deadLettersKept called after dead letters have been committed
	 */
	record Factory(Map<String, Object> kafka, MessagingProperties.Intake properties, JdbcTemplate jdbc,
			PlatformTransactionManager transactions, MeterRegistry registry, Runnable deadLettersKept) {

		Taken listener(Intake intake) {
			IntakeMeters meters = new IntakeMeters(this.registry, intake.group(), intake.topic());
			RetryForever retry = new RetryForever(this.properties, meters);
			return new Taken(intake,
					new IntakeListener(intake, new Positions(this.jdbc, intake.group(), intake.topic()),
							new DeadLetters(this.jdbc, intake.group()), new TransactionTemplate(this.transactions),
							meters, this.deadLettersKept, retry::reset, this.properties.gather()),
					retry);
		}

		ConcurrentMessageListenerContainer<byte[], byte[]> create(Taken taken) {
			Intake intake = taken.intake();
			IntakeListener listener = taken.listener();
			ContainerProperties container = new ContainerProperties(intake.topic());
			container.setGroupId(intake.group());
			container.setMessageListener(listener);
			container.setConsumerRebalanceListener(listener);
			// The database has the position already: the broker's is for those who watch
			// lag, and nobody need wait for it, nor hear that a rebalance came between.
			container.setAckMode(ContainerProperties.AckMode.TIME);
			container.setAckTime(COMMIT_INTERVAL.toMillis());
			container.setSyncCommits(false);
			container.setCommitCallback((offsets, ex) -> logger.debug("Committed to Kafka: {}", offsets, ex));
			container.setMissingTopicsFatal(false);
			// A password or a right that is missing may be there a second later; without
			// this the consumer would end for good.
			container.setAuthExceptionRetryInterval(this.properties.maxRetryDelay());
			ConcurrentMessageListenerContainer<byte[], byte[]> result = new ConcurrentMessageListenerContainer<>(
					new DefaultKafkaConsumerFactory<>(consumer()), container);
			result.setConcurrency(this.properties.concurrency());
			result.setCommonErrorHandler(taken.retry());
			result.setApplicationEventPublisher((event) -> {
				if (event instanceof ConsumerRetryAuthEvent) {
					taken.retry().refused();
				}
			});
			result.setBeanName("intake-" + intake.group() + "-" + intake.topic());
			return result;
		}

		/**
		 * About a batch, and all of it of one partition where there is a backlog: its
		 * events are of few users and share rows. Not more than is taken out at a time,
		 * or what is fetched ahead piles up.
		 */
		private int fetchBytes() {
			return Math.max(ConsumerConfig.DEFAULT_MAX_PARTITION_FETCH_BYTES,
					EVENT_BYTES * this.properties.batchSize());
		}

		private Map<String, Object> consumer() {
			Map<String, Object> config = new HashMap<>(this.kafka);
			config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
			config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
			config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
			config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
			config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
			config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, this.properties.batchSize());
			config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, fetchBytes());
			config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, fetchBytes());
			GroupProtocol protocol = GroupProtocol.of(this.properties.groupProtocol());
			config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, protocol.name());
			if (protocol == GroupProtocol.CLASSIC) {
				int timeout = Math.toIntExact(this.properties.sessionTimeout().toMillis());
				config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, timeout);
				config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, timeout / 4);
				config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
						CooperativeStickyAssignor.class.getName());
			}
			return config;
		}

	}

}
