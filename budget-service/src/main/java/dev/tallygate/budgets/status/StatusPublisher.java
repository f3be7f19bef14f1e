package dev.tallygate.budgets.status;

import dev.tallygate.budgets.account.Books.StatusesChanged;
import dev.tallygate.budgets.status.Statuses.Noted;
import dev.tallygate.budgets.status.Statuses.Published;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Publishes where users stand. A status waits in memory from the commit that made it
 * until the broker has acknowledged it; while one is on its way, newer ones of the same
 * user replace each other. The database knows which version is the last on the topic, so
 * what a crash or a broken connection leaves behind is found by the sweep.
 */
final class StatusPublisher extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(StatusPublisher.class);

	private static final String SOURCE = "/budget";

	/**
	 * What a broker answers for a record's sake, and would answer again: not that it is
	 * away, or that nobody may write to the topic.
	 */
	private static final List<Class<? extends KafkaException>> REFUSALS = List.of(RecordTooLargeException.class,
			RecordBatchTooLargeException.class, InvalidRecordException.class);

	private final Statuses statuses;

	private final StatusTopic topic;

	private final StatusProperties properties;

	private final StatusMeters meters;

	private final Clock clock;

	private final ConcurrentMap<UserId, Waiting> waiting = new ConcurrentHashMap<>();

	/**
	 * Whose status the broker does not take for what it is. It says nothing of the
	 * others: they go on, and so do the heartbeats. Until a newer one gets through, their
	 * gateways know these users as they were; what they may spend is decided by what is
	 * lent to them all the same.
	 */
	private final Set<UserId> refused = ConcurrentHashMap.newKeySet();

	private long refusedTriedAt = System.nanoTime();

	/**
	 * Acknowledged, and not yet noted in the database: that takes the locks of rows that
	 * the intake needs, and so it is done once for many batches.
	 */
	private final Map<UserId, Published> acknowledged = new HashMap<>();

	/** What {@link Statuses#forgotten()} was when they were acknowledged. */
	private long forgotten;

	private volatile boolean reconciled;

	private volatile long healthyAt = System.nanoTime();

	private long sweptAt;

	StatusPublisher(Statuses statuses, StatusTopic topic, StatusProperties properties, StatusMeters meters,
			Clock clock) {
		super("status-publisher", properties.retryDelay(), properties.retryDelay());
		this.statuses = statuses;
		this.topic = topic;
		this.properties = properties;
		this.meters = meters;
		this.clock = clock;
		this.sweptAt = System.nanoTime() - properties.sweepInterval().toNanos();
		meters.watch(this.waiting, this.refused);
	}

	/** Publishes these once the transaction that changed them has committed. */
	@TransactionalEventListener
	void changed(StatusesChanged change) {
		enqueue(change.statuses());
	}

	private void enqueue(List<BudgetStatus> changed) {
		if (this.waiting.size() >= this.properties.maxWaiting()) {
			return; // The sweep finds them in the database.
		}
		long now = System.nanoTime();
		for (BudgetStatus status : changed) {
			this.waiting.merge(status.userId(), new Waiting(status, now), Waiting::newer);
		}
		wake();
	}

	/**
	 * Whether statuses get out: the last pass over database and broker worked, what the
	 * sweep found included, and was not long ago. What the broker does not take for what
	 * it is does not count, unless there are more of it than fit a batch.
	 */
	boolean isHealthy() {
		Duration since = Duration.ofNanos(System.nanoTime() - this.healthyAt);
		return this.reconciled && since.compareTo(this.properties.maxSilence()) < 0;
	}

	/** Of how many users the broker does not take the status. */
	int refused() {
		return this.refused.size();
	}

	@Override
	protected void work() throws InterruptedException {
		try (Producer<String, byte[]> producer = this.topic.producer()) {
			publishUntilStopped(producer);
		}
	}

	private void publishUntilStopped(Producer<String, byte[]> producer) throws InterruptedException {
		while (isRunning() || !this.waiting.isEmpty()) {
			boolean last = !isRunning();
			boolean passed = pass(producer, last);
			if (!passed && last) {
				return; // The sweep of the next start finds them.
			}
			if (!passed) {
				backOff();
			}
			else if (this.waiting.isEmpty()) {
				pause(this.properties.sweepInterval());
			}
		}
	}

	private boolean pass(Producer<String, byte[]> producer, boolean last) throws InterruptedException {
		try {
			reconcileOnce();
			boolean sent = send(producer, take());
			if (last) {
				note(producer);
			}
			boolean swept = System.nanoTime() - this.sweptAt < this.properties.sweepInterval().toNanos()
					|| sweep(producer);
			if (sent && swept) {
				this.healthyAt = System.nanoTime();
			}
			return sent && swept;
		}
		catch (DataAccessException | TransactionException | KafkaException ex) {
			logger.warn("Budget statuses wait: {}", ex.toString());
			return false;
		}
	}

	private void reconcileOnce() throws InterruptedException {
		if (this.reconciled) {
			return;
		}
		int lost = this.statuses.forgetBeyond(this.topic.ends());
		if (lost > 0) {
			logger.warn("{} budget statuses are missing on {} and are published again", lost, Topics.BUDGET_STATUS);
		}
		this.reconciled = true;
	}

	/**
	 * Sends what was left behind.
	 * @return whether all of it got out; what did not is all that a gateway may be
	 * missing, so without it there is no sign of life
	 */
	private boolean sweep(Producer<String, byte[]> producer) throws InterruptedException {
		List<BudgetStatus> left;
		do {
			note(producer);
			left = this.statuses.unpublished(this.properties.batchSize(), this.refused);
			if (!send(producer, waiting(left))) {
				return false;
			}
		}
		while (left.size() == this.properties.batchSize() && isRunning());
		if (System.nanoTime() - this.refusedTriedAt >= this.properties.refusedInterval().toNanos()) {
			tryRefused(producer);
		}
		this.sweptAt = System.nanoTime();
		return true;
	}

	/**
	 * One by one: of what is sent together all is refused for one. Whoever is gone, or
	 * was published by another instance, is not among the unpublished any more.
	 */
	private void tryRefused(Producer<String, byte[]> producer) throws InterruptedException {
		if (!this.refused.isEmpty()) {
			List<Waiting> left = waiting(this.statuses.unpublishedOf(this.refused));
			this.refused.retainAll(left.stream().map((each) -> each.status().userId()).toList());
			for (Waiting each : left) {
				send(producer, List.of(each));
			}
		}
		this.refusedTriedAt = System.nanoTime();
	}

	private static List<Waiting> waiting(List<BudgetStatus> left) {
		long now = System.nanoTime();
		return left.stream().map((status) -> new Waiting(status, now)).toList();
	}

	private List<Waiting> take() {
		List<Waiting> batch = new ArrayList<>();
		Iterator<UserId> users = this.waiting.keySet().iterator();
		while (users.hasNext() && batch.size() < this.properties.batchSize()) {
			Waiting next = this.waiting.remove(users.next());
			if (next != null) {
				batch.add(next);
			}
		}
		return batch;
	}

	private boolean send(Producer<String, byte[]> producer, List<Waiting> batch) throws InterruptedException {
		if (batch.isEmpty()) {
			return true;
		}
		Map<Waiting, Future<RecordMetadata>> answers = new HashMap<>();
		batch.forEach((each) -> answers.put(each, producer.send(toRecord(each.status()))));
		producer.flush();
		boolean sent = true;
		for (Map.Entry<Waiting, Future<RecordMetadata>> answer : answers.entrySet()) {
			sent &= isDone(answer.getKey(), answer.getValue());
		}
		if (this.acknowledged.size() >= this.properties.maxWaiting()) {
			note(producer);
		}
		return sent;
	}

	/** Whether the broker has it, or never will as it is. */
	private boolean isDone(Waiting sent, Future<RecordMetadata> answer) throws InterruptedException {
		BudgetStatus status = sent.status();
		try {
			RecordMetadata metadata = answer.get();
			this.refused.remove(status.userId());
			this.acknowledged.merge(status.userId(),
					new Published(status.userId(), status.version(), metadata.partition(), metadata.offset()),
					Published::later);
			this.meters.published(System.nanoTime() - sent.sinceNanos());
			return true;
		}
		catch (ExecutionException ex) {
			this.meters.failed();
			if (isRefusal(ex.getCause()) && setAside(status.userId())) {
				logger.error("The broker does not take the budget status of user {}, which stays as it was: {}",
						status.userId(), String.valueOf(ex.getCause()));
				return true;
			}
			logger.warn("A budget status was not acknowledged: {}", String.valueOf(ex.getCause()));
			return false;
		}
	}

	private void note(Producer<String, byte[]> producer) {
		if (this.forgotten != this.statuses.forgotten()) {
			this.forgotten = this.statuses.forgotten();
			this.acknowledged.clear();
		}
		Noted noted = this.statuses.published(this.acknowledged.values());
		removeAgain(producer, noted.gone());
		this.acknowledged.keySet().retainAll(noted.held());
	}

	/** A status that was overtaken by the removal of its user. */
	private static void removeAgain(Producer<String, byte[]> producer, Set<UserId> gone) {
		for (UserId user : gone) {
			@SuppressWarnings("NullAway") // A null value is Kafka's tombstone.
			ProducerRecord<String, byte[]> tombstone = new ProducerRecord<>(Topics.BUDGET_STATUS, user.toString(),
					null);
			// Lost only if this process dies now, and then a status of nobody stays
			// behind.
			Future<RecordMetadata> _ = producer.send(tombstone);
		}
	}

	private ProducerRecord<String, byte[]> toRecord(BudgetStatus status) {
		CloudEvent<BudgetStatus> event = CloudEvent.of(UuidV7.next(), SOURCE, this.clock.instant(), status);
		return StatusTopic.toRecord(null, status.userId().toString(), EventCodec.encode(event));
	}

	private boolean setAside(UserId user) {
		if (this.refused.size() < this.properties.batchSize()) {
			this.refused.add(user);
		}
		return this.refused.contains(user);
	}

	private static boolean isRefusal(@Nullable Throwable cause) {
		return REFUSALS.stream().anyMatch((refusal) -> refusal.isInstance(cause));
	}

	/**
	 * A status on its way.
	 *
	 * @param status what to publish
	 * @param sinceNanos when it was committed, by {@link System#nanoTime()}
	 */
	record Waiting(BudgetStatus status, long sinceNanos) {

		/** The newer status; it counts as waiting since the older one has waited. */
		Waiting newer(Waiting other) {
			BudgetStatus newest = (this.status.version() >= other.status.version()) ? this.status : other.status;
			return new Waiting(newest, Math.min(this.sinceNanos, other.sinceNanos));
		}

	}

}
