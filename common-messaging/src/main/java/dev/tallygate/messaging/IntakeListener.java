package dev.tallygate.messaging;

import dev.tallygate.messaging.DeadLetters.DeadLetter;
import dev.tallygate.messaging.IntakeMeters.Outcome;
import dev.tallygate.messaging.Positions.Position;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.kafka.listener.BatchConsumerAwareMessageListener;
import org.springframework.kafka.listener.ConsumerAwareRebalanceListener;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes in batches, each in one database transaction with the positions. The database
 * says where each partition stands; Kafka's committed offsets are only a courtesy to
 * those who watch lag.
 * <p>
 * A batch that overlaps with what the database has already (a replay, a consumer that
 * lost its partition and does not know yet) is trimmed, except for records that are later
 * than all that were taken in: a broker that lost the end of its log in a power cut gives
 * its offsets again, and the position goes back with it. A batch that starts beyond it is
 * put off and the consumer sent back, unless this consumer itself moved the position
 * there: then the records between are gone from the topic.
 */
final class IntakeListener
		implements BatchConsumerAwareMessageListener<byte[], byte[]>, ConsumerAwareRebalanceListener {

	private static final Logger logger = LoggerFactory.getLogger(IntakeListener.class);

	/**
	 * Classes of SQLSTATE that blame what was given: data exception, integrity constraint
	 * violation, program limit exceeded.
	 */
	private static final Set<String> DATA_CLASSES = Set.of("22", "23", "54");

	private final Intake intake;

	private final Positions positions;

	private final DeadLetters deadLetters;

	private final TransactionTemplate transaction;

	private final IntakeMeters meters;

	private final Runnable deadLettersKept;

	private final Runnable succeeded;

	private final Duration gather;

	/** Since when the batch of a partition is tried, by {@link System#nanoTime()}. */
	private final Map<Integer, Long> tried = new ConcurrentHashMap<>();

	/**
	 * Since when the thread that takes in a partition is at a batch, be it of others: so
	 * long it looks at none.
	 */
	private final Map<Integer, Long> busy = new ConcurrentHashMap<>();

	/** Where this process believes the database stands. */
	private final Map<Integer, Long> believed = new ConcurrentHashMap<>();

	IntakeListener(Intake intake, Positions positions, DeadLetters deadLetters, TransactionTemplate transaction,
			IntakeMeters meters, Runnable deadLettersKept, Runnable succeeded, Duration gather) {
		this.gather = gather;
		this.intake = intake;
		this.positions = positions;
		this.deadLetters = deadLetters;
		this.transaction = transaction;
		this.meters = meters;
		this.deadLettersKept = deadLettersKept;
		this.succeeded = succeeded;
	}

	String topic() {
		return this.intake.topic();
	}

	/**
	 * Partitions whose batch, or another one on their thread, has been tried for longer
	 * than {@code most}.
	 */
	Set<Integer> stuck(Duration most) {
		long now = System.nanoTime();
		return Stream.concat(this.tried.entrySet().stream(), this.busy.entrySet().stream())
			.filter((each) -> now - each.getValue() > most.toNanos())
			.map(Map.Entry::getKey)
			.collect(Collectors.toUnmodifiableSet());
	}

	@Override
	public void onMessage(List<ConsumerRecord<byte[], byte[]>> records, @Nullable Consumer<?, ?> consumer) {
		long start = System.nanoTime();
		Map<Integer, Long> first = new HashMap<>();
		records.forEach((each) -> first.putIfAbsent(each.partition(), each.offset()));
		first.keySet().forEach((partition) -> this.tried.putIfAbsent(partition, start));
		Delivery delivery = new Delivery(Objects.requireNonNull(consumer), new HashSet<>());
		List<Integer> held = delivery.consumer().assignment().stream().map(TopicPartition::partition).toList();
		held.forEach((partition) -> this.busy.put(partition, start));
		try {
			// Before as well: a batch that never ends would leave the lag at what it was.
			awaited(first, delivery.consumer());
			take(records, delivery);
		}
		catch (RuntimeException ex) {
			failed(first, delivery.consumer());
			throw ex;
		}
		finally {
			held.forEach(this.busy::remove);
		}
		this.tried.keySet().removeAll(first.keySet());
		this.succeeded.run();
		this.meters.committed(records.size(), Duration.ofNanos(System.nanoTime() - start));
		if (measureLag(delivery.consumer()) == 0) {
			gather(start);
		}
	}

	/**
	 * Whoever keeps up lets some more come: a transaction costs much, a record little.
	 */
	private void gather(long start) {
		long left = this.gather.toNanos() - (System.nanoTime() - start);
		if (left <= 0) {
			return;
		}
		try {
			TimeUnit.NANOSECONDS.sleep(left);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * The batch will be given again from its beginning, wherever a partition was sent
	 * back to meanwhile; what is believed of it no longer says where the consumer is.
	 */
	private void failed(Map<Integer, Long> first, Consumer<?, ?> consumer) {
		this.believed.keySet().removeAll(first.keySet());
		measureLag(consumer);
		awaited(first, consumer);
	}

	/** What is in hand waits like what is behind it. */
	private void awaited(Map<Integer, Long> first, Consumer<?, ?> consumer) {
		first.forEach((partition, offset) -> {
			TopicPartition awaited = new TopicPartition(this.intake.topic(), partition);
			consumer.currentLag(awaited)
				.ifPresent((behind) -> this.meters.lag(partition, behind + consumer.position(awaited) - offset));
		});
	}

	private void take(List<ConsumerRecord<byte[], byte[]>> records, Delivery delivery) {
		try {
			apply(records, delivery);
		}
		catch (RuntimeException ex) {
			if (isInfrastructure(ex)) {
				throw ex;
			}
			if (records.size() > 1) {
				int half = records.size() / 2;
				take(records.subList(0, half), delivery);
				take(records.subList(half, records.size()), delivery);
			}
			else {
				giveUp(records.getFirst(), ex, delivery);
			}
		}
	}

	private void apply(List<ConsumerRecord<byte[], byte[]>> records, Delivery delivery) {
		commit(records, delivery, (fresh) -> {
			Sorted sorted = Sorted.of(fresh);
			this.deadLetters.keep(sorted.deadLetters());
			int duplicates = sorted.events().isEmpty() ? 0 : this.intake.handler().handle(sorted.events());
			return new Applied(sorted, duplicates);
		});
	}

	private void giveUp(ConsumerRecord<byte[], byte[]> poison, RuntimeException cause, Delivery delivery) {
		String reason = "refused by the handler: " + describe(cause);
		logger.error("Dead letter from {}-{}@{}, {}", poison.topic(), poison.partition(), poison.offset(), reason);
		commit(List.of(poison), delivery, (fresh) -> {
			List<DeadLetter> letters = fresh.stream().map((each) -> new DeadLetter(each, reason)).toList();
			this.deadLetters.keep(letters);
			return new Applied(new Sorted(List.of(), letters, 0), 0);
		});
	}

	/** Names without values: a driver's message quotes what it refused. */
	private static String describe(Throwable cause) {
		for (Throwable each = cause; each != null; each = each.getCause()) {
			if (each instanceof SQLException sql) {
				return "SQLSTATE " + sql.getSQLState();
			}
		}
		return cause.getClass().getSimpleName();
	}

	private void commit(List<ConsumerRecord<byte[], byte[]>> records, Delivery delivery, Step step) {
		Map<Integer, List<ConsumerRecord<byte[], byte[]>>> byPartition = records.stream()
			.collect(Collectors.groupingBy(ConsumerRecord::partition, LinkedHashMap::new, Collectors.toList()));
		Commit outcome = this.transaction.execute((status) -> {
			Map<Integer, Position> stored = this.positions.lock(byPartition.keySet());
			Map<Integer, Position> next = new HashMap<>();
			Map<Integer, Long> back = new HashMap<>();
			List<ConsumerRecord<byte[], byte[]>> fresh = new ArrayList<>(records.size());
			byPartition.forEach((partition, batch) -> {
				Position position = stored.getOrDefault(partition, Position.START);
				if (delivery.putOff().contains(partition)) {
					return;
				}
				if (isAhead(partition, batch.getFirst().offset(), position.next())) {
					back.put(partition, position.next());
					return;
				}
				List<ConsumerRecord<byte[], byte[]>> taken = batch.stream().filter(position::isBefore).toList();
				fresh.addAll(taken);
				if (!taken.isEmpty() && taken.getFirst().offset() < position.next()) {
					logger.warn("Offsets of {}-{} come again with later records: group {} goes back from {} to {}",
							this.intake.topic(), partition, this.intake.group(), position.next(),
							taken.getFirst().offset());
				}
				next.put(partition, position.after(batch.getLast().offset() + 1, taken));
			});
			Applied applied = step.apply(fresh);
			if (!fresh.isEmpty()) {
				this.positions.move(next);
			}
			return new Commit(applied, next, back, records.size() - fresh.size());
		});
		if (outcome != null) {
			committed(outcome, delivery);
		}
	}

	/**
	 * Whether the batch starts beyond the database's position for another reason than
	 * that the records between are gone.
	 */
	private boolean isAhead(int partition, long first, long position) {
		if (first <= position) {
			return false;
		}
		Long believedPosition = this.believed.get(partition);
		if (believedPosition == null || believedPosition != position) {
			return true;
		}
		logger.warn("Records of {}-{} are gone before group {} could read them: {} to {}", this.intake.topic(),
				partition, this.intake.group(), position, first - 1);
		return false;
	}

	private void committed(Commit outcome, Delivery delivery) {
		outcome.next().forEach((partition, position) -> this.believed.put(partition, position.next()));
		outcome.back().forEach((partition, position) -> {
			logger.info("Going back to {} in {}-{}", position, this.intake.topic(), partition);
			this.believed.put(partition, position);
			delivery.putOff().add(partition);
			delivery.consumer().seek(new TopicPartition(this.intake.topic(), partition), position);
		});
		Sorted sorted = outcome.applied().sorted();
		this.meters.count(Outcome.APPLIED, sorted.events().size() - outcome.applied().duplicates());
		this.meters.count(Outcome.DUPLICATE, outcome.applied().duplicates());
		this.meters.count(Outcome.IGNORED, sorted.ignored());
		this.meters.count(Outcome.DEAD_LETTER, sorted.deadLetters().size());
		this.meters.count(Outcome.FENCED, outcome.fenced());
		if (!sorted.deadLetters().isEmpty()) {
			this.deadLettersKept.run();
		}
	}

	/**
	 * Trouble with the database is not the record's fault, unless the database says that
	 * it is what was given: a value out of range, a broken rule, a row that is too large.
	 */
	private static boolean isInfrastructure(RuntimeException ex) {
		if (ex instanceof TransactionException) {
			return true;
		}
		return ex instanceof DataAccessException && !(ex instanceof DataIntegrityViolationException) && !isOfData(ex);
	}

	private static boolean isOfData(Throwable failure) {
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (each instanceof SQLException sql && sql.getSQLState() != null) {
				return DATA_CLASSES.stream().anyMatch(sql.getSQLState()::startsWith);
			}
		}
		return false;
	}

	/**
	 * Of all partitions, for those that bring nothing new must be seen as well.
	 * @return the sum of what is known
	 */
	private long measureLag(Consumer<?, ?> consumer) {
		long sum = 0;
		for (TopicPartition partition : consumer.assignment()) {
			OptionalLong behind = consumer.currentLag(partition);
			if (behind.isPresent()) {
				this.meters.lag(partition.partition(), behind.getAsLong());
				sum += behind.getAsLong();
			}
		}
		return sum;
	}

	/**
	 * Starts where the database stands. When it does not answer now, the first batch
	 * finds out.
	 */
	@Override
	public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		List<Integer> numbers = partitions.stream().map(TopicPartition::partition).toList();
		numbers.forEach(this.believed::remove);
		try {
			Map<Integer, Position> stored = this.positions.read(numbers);
			Map<TopicPartition, Long> later = later(consumer, partitions, stored);
			Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
			for (TopicPartition partition : partitions) {
				long position = stored.getOrDefault(partition.partition(), Position.START).next();
				if (position > ends.getOrDefault(partition, position)) {
					position = restart(partition, position);
				}
				consumer.seek(partition, Math.min(position, later.getOrDefault(partition, position)));
				this.believed.put(partition.partition(), position);
			}
		}
		catch (DataAccessException | KafkaException ex) {
			logger.warn("Positions of {} are not known yet: {}", this.intake.group(), ex.getClass().getSimpleName());
		}
	}

	/**
	 * Where the first record is that is later than all that were taken in. Before the
	 * position it is only where the broker lost the end of its log and has given the
	 * offsets again since.
	 */
	private static Map<TopicPartition, Long> later(Consumer<?, ?> consumer, Collection<TopicPartition> partitions,
			Map<Integer, Position> stored) {
		Map<TopicPartition, Long> times = new HashMap<>();
		for (TopicPartition partition : partitions) {
			Long last = stored.getOrDefault(partition.partition(), Position.START).lastTime();
			if (last != null) {
				times.put(partition, last + 1);
			}
		}
		Map<TopicPartition, Long> later = new HashMap<>();
		if (!times.isEmpty()) {
			consumer.offsetsForTimes(times).forEach((partition, found) -> {
				if (found != null) {
					later.put(partition, found.offset());
				}
			});
		}
		return later;
	}

	/**
	 * The topic ends before the position, so it is not the topic of then: created anew,
	 * or cut off by its broker. Reading all of it again is safe, skipping it is not.
	 */
	private long restart(TopicPartition partition, long position) {
		logger.error("{} ends before position {} of group {}; reading it from its beginning", partition, position,
				this.intake.group());
		this.positions.restart(partition.partition(), position);
		return 0;
	}

	@Override
	public void onPartitionsRevokedAfterCommit(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		partitions.forEach(this::left);
	}

	@Override
	public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
		partitions.forEach(this::left);
	}

	/**
	 * One call of the listener.
	 *
	 * @param consumer whose records they are
	 * @param putOff partitions that were sent back: their further records come again
	 */
	private record Delivery(Consumer<?, ?> consumer, Set<Integer> putOff) {

	}

	private void left(TopicPartition partition) {
		this.tried.remove(partition.partition());
		this.meters.forgetLag(partition.partition());
	}

	private interface Step {

		Applied apply(List<ConsumerRecord<byte[], byte[]>> fresh);

	}

	private record Applied(Sorted sorted, int duplicates) {

	}

	private record Commit(Applied applied, Map<Integer, Position> next, Map<Integer, Long> back, int fenced) {

	}

}
