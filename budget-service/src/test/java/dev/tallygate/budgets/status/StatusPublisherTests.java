package dev.tallygate.budgets.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tallygate.budgets.account.Books.StatusesChanged;
import dev.tallygate.budgets.status.StatusPublisher.Waiting;
import dev.tallygate.budgets.status.Statuses.Noted;
import dev.tallygate.budgets.status.Statuses.Published;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UndecodableEventException;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * What becomes of a status between the commit that made it and the note that it is on the
 * topic, whatever fails on the way.
 */
class StatusPublisherTests {

	private static final Duration SOON = Duration.ofMillis(20);

	private static final Duration NEVER = Duration.ofHours(1);

	private static final Duration MAX_SILENCE = Duration.ofMillis(500);

	private static final UserId ONE = new UserId(UuidV7.next());

	private static final UserId OTHER = new UserId(UuidV7.next());

	private final Table table = new Table();

	private final Topic topic = new Topic();

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private StatusPublisher publisher = publisher(100, SOON);

	@AfterEach
	void stop() {
		this.publisher.stop();
	}

	@Test
	void whatCommittedGoesOutAndIsNotedWhereItIs() {
		this.publisher.start();
		changed(ONE, 7);
		await().untilAsserted(() -> assertThat(this.table.noted).contains(new Published(ONE, 7, 0, 0)));
		assertThat(this.topic.sent).containsExactly(ONE + " 7");
		assertThat(count("published")).isOne();
		assertThat(count("failed")).isZero();
	}

	@Test
	void ofAUserOnlyTheNewestWaits() {
		changed(ONE, 8);
		changed(ONE, 9);
		changed(ONE, 7);
		changed(OTHER, 1);
		assertThat(waiting()).isEqualTo(2);
		this.publisher.start();
		await().untilAsserted(() -> assertThat(this.topic.sent).containsExactlyInAnyOrder(ONE + " 9", OTHER + " 1"));
	}

	@Test
	void whatTheBrokerDoesNotTakeIsNotNotedAndSentAnewAsItIsByThen() {
		this.topic.refuses = true;
		this.publisher.start();
		changed(ONE, 7);
		await().until(() -> count("failed") > 0);
		assertThat(this.table.noted).isEmpty();
		this.table.unpublished.put(ONE, status(ONE, 8));
		this.topic.refuses = false;
		await().untilAsserted(() -> assertThat(this.table.noted).containsExactly(new Published(ONE, 8, 0, 0)));
		assertThat(this.topic.sent).containsExactly(ONE + " 8");
	}

	@Test
	void whatACrashLeftBehindIsFoundByTheFirstSweep() {
		this.table.unpublished.put(ONE, status(ONE, 3));
		this.publisher.start();
		await().untilAsserted(() -> assertThat(this.table.noted).containsExactly(new Published(ONE, 3, 0, 0)));
	}

	@Test
	void theStatusOfAUserWhoIsGoneIsRemovedAgain() {
		this.table.gone.add(ONE);
		this.publisher.start();
		changed(ONE, 7);
		await().untilAsserted(() -> assertThat(this.topic.sent).containsExactly(ONE + " 7", ONE + " removed"));
	}

	@Test
	void whatCannotBeNotedNowIsNotedLaterAndNotSentAgain() {
		this.table.held.add(ONE);
		this.publisher.start();
		changed(ONE, 7);
		await().untilAsserted(
				() -> assertThat(this.table.asked.stream().filter((each) -> !each.isEmpty()).count()).isGreaterThan(2));
		assertThat(this.table.noted).isEmpty();
		this.table.held.clear();
		await().untilAsserted(() -> assertThat(this.table.noted).containsExactly(new Published(ONE, 7, 0, 0)));
		await().until(() -> this.table.asked.getLast().isEmpty());
		assertThat(this.topic.sent).containsExactly(ONE + " 7");
	}

	@Test
	void whatWasForgottenMeanwhileIsNotNoted() {
		this.table.held.add(ONE);
		this.publisher.start();
		changed(ONE, 7);
		await().until(() -> !this.table.asked.isEmpty() && !this.table.asked.getLast().isEmpty());
		this.table.forgotten.incrementAndGet();
		await().until(() -> this.table.asked.getLast().isEmpty());
		this.table.held.clear();
		assertThat(this.table.noted).isEmpty();
	}

	@Test
	void whatIsBeyondTheRoomIsLeftToTheSweep() {
		this.publisher = publisher(1, SOON);
		changed(ONE, 7);
		changed(OTHER, 1);
		assertThat(waiting()).isOne();
		this.table.unpublished.put(OTHER, status(OTHER, 1));
		this.publisher.start();
		await().untilAsserted(() -> assertThat(this.topic.sent).containsExactlyInAnyOrder(ONE + " 7", OTHER + " 1"));
	}

	@Test
	void nothingGoesOutBeforeItIsKnownWhatTheTopicHas() {
		this.table.away = true;
		changed(ONE, 7);
		this.publisher.start();
		await().until(() -> this.table.refused.get() > 2);
		assertThat(this.topic.sent).isEmpty();
		assertThat(this.publisher.isHealthy()).isFalse();
		this.table.away = false;
		await().untilAsserted(() -> assertThat(this.topic.sent).containsExactly(ONE + " 7"));
		await().until(this.publisher::isHealthy);
	}

	@Test
	void isNotHealthyOnceTheDatabaseWasAwayForLong() {
		this.publisher.start();
		await().until(this.publisher::isHealthy);
		this.table.away = true;
		await().until(() -> !this.publisher.isHealthy());
		this.table.away = false;
		await().until(this.publisher::isHealthy);
	}

	@Test
	void isNotHealthyWhileWhatWasLeftBehindDoesNotGetOutThoughAllElseDoes() {
		this.publisher.start();
		await().until(this.publisher::isHealthy);
		this.topic.refused.add(ONE);
		this.table.unpublished.put(ONE, status(ONE, 3));
		AtomicLong version = new AtomicLong();
		await().until(() -> {
			changed(OTHER, version.incrementAndGet());
			return !this.publisher.isHealthy();
		});
		assertThat(this.topic.sent).isNotEmpty().allMatch((each) -> each.startsWith(OTHER.toString()));
		this.topic.refused.clear();
		await().until(this.publisher::isHealthy);
		assertThat(this.topic.sent).contains(ONE + " 3");
	}

	@Test
	void aStatusThatTheBrokerNeverTakesSilencesNobodyElse() {
		this.publisher = publisher(100, 100, SOON, NEVER);
		this.topic.tooLarge.add(ONE);
		this.table.unpublished.put(ONE, status(ONE, 3));
		this.publisher.start();
		await().until(() -> this.publisher.refused() == 1);
		AtomicLong version = new AtomicLong();
		await().during(MAX_SILENCE.multipliedBy(3)).atMost(Duration.ofSeconds(20)).until(() -> {
			changed(OTHER, version.incrementAndGet());
			return this.publisher.isHealthy();
		});
		await().until(() -> this.topic.sent.contains(OTHER + " " + version.get()));
		assertThat(refusedUsers()).isOne();
		assertThat(count("failed")).as("it is not tried with each sweep").isOne();
		assertThat(this.table.noted).extracting(Published::userId).containsOnly(OTHER);
	}

	@Test
	void whatTheBrokerDidNotTakeIsTriedAgainAndWhoIsGoneForgotten() {
		this.publisher = publisher(100, 100, SOON, SOON);
		this.topic.tooLarge.addAll(Set.of(ONE, OTHER));
		this.table.unpublished.put(ONE, status(ONE, 3));
		this.table.unpublished.put(OTHER, status(OTHER, 1));
		this.publisher.start();
		await().until(() -> this.publisher.refused() == 2);
		this.table.unpublished.remove(OTHER);
		await().until(() -> this.publisher.refused() == 1);
		this.topic.tooLarge.clear();
		await().untilAsserted(() -> assertThat(this.table.noted).containsExactly(new Published(ONE, 3, 0, 0)));
		await().until(() -> this.publisher.refused() == 0);
	}

	@Test
	void aNewerStatusThatTheBrokerTakesEndsIt() {
		this.publisher = publisher(100, 100, SOON, NEVER);
		this.topic.tooLarge.add(ONE);
		this.publisher.start();
		changed(ONE, 3);
		await().until(() -> this.publisher.refused() == 1);
		this.topic.tooLarge.clear();
		changed(ONE, 4);
		await().until(() -> this.publisher.refused() == 0);
		assertThat(this.topic.sent).containsExactly(ONE + " 4");
	}

	@Test
	void isNotHealthyOnceMoreAreNotTakenThanFitABatch() {
		this.publisher = publisher(1, 100, SOON, NEVER);
		this.publisher.start();
		await().until(this.publisher::isHealthy);
		this.topic.tooLarge.addAll(Set.of(ONE, OTHER));
		this.table.unpublished.put(ONE, status(ONE, 3));
		this.table.unpublished.put(OTHER, status(OTHER, 1));
		await().until(() -> !this.publisher.isHealthy());
		this.topic.tooLarge.clear();
		await().until(this.publisher::isHealthy);
	}

	@Test
	void aStopSendsWhatWaits() {
		this.publisher = publisher(100, NEVER);
		this.publisher.start();
		await().until(this.publisher::isHealthy);
		changed(ONE, 7);
		this.publisher.stop();
		assertThat(this.topic.sent).containsExactly(ONE + " 7");
	}

	@Test
	void theNewerStatusHasWaitedAsLongAsTheOlder() {
		Waiting older = new Waiting(status(ONE, 1), 100);
		Waiting newer = new Waiting(status(ONE, 2), 200);
		assertThat(older.newer(newer)).isEqualTo(new Waiting(newer.status(), 100));
		assertThat(newer.newer(older)).isEqualTo(new Waiting(newer.status(), 100));
	}

	@Test
	void theLaterOnTheTopicCountsAndAfterItsPartitionsChangedTheNewer() {
		Published first = new Published(ONE, 9, 0, 5);
		Published second = new Published(ONE, 8, 0, 6);
		Published moved = new Published(ONE, 10, 1, 0);
		assertThat(first.later(second)).isEqualTo(second);
		assertThat(second.later(first)).isEqualTo(second);
		assertThat(second.later(moved)).isEqualTo(moved);
		assertThat(moved.later(second)).isEqualTo(moved);
	}

	private void changed(UserId user, long version) {
		this.publisher.changed(new StatusesChanged(List.of(status(user, version))));
	}

	private double count(String name) {
		return this.registry.get("tallygate.budget.status." + name).counter().count();
	}

	private int waiting() {
		return (int) this.registry.get("tallygate.budget.status.waiting").gauge().value();
	}

	private int refusedUsers() {
		return (int) this.registry.get("tallygate.budget.status.refused").gauge().value();
	}

	private StatusPublisher publisher(int maxWaiting, Duration sweep) {
		return publisher(500, maxWaiting, sweep, NEVER);
	}

	private StatusPublisher publisher(int batchSize, int maxWaiting, Duration sweep, Duration refused) {
		this.registry.clear();
		return new StatusPublisher(
				this.table, this.topic, new StatusProperties(batchSize, maxWaiting, sweep, Duration.ofMillis(10),
						Duration.ofSeconds(1), MAX_SILENCE, refused),
				new StatusMeters(this.registry), Clock.systemUTC());
	}

	private static BudgetStatus status(UserId user, long version) {
		Instant start = Instant.parse("2026-11-01T00:00:00Z");
		Instant end = Instant.parse("2026-12-01T00:00:00Z");
		return new BudgetStatus(user, version, "UTC", YearMonth.of(2026, 11), end, null, null, Enforcement.HARD,
				NanoUsd.ZERO, start, end, 0, 0, NanoUsd.ZERO, Map.of());
	}

	/** What the database says, and whether it is there. */
	private static final class Table extends Statuses {

		private final Map<UserId, BudgetStatus> unpublished = new ConcurrentHashMap<>();

		private final Set<UserId> gone = ConcurrentHashMap.newKeySet();

		private final Set<UserId> held = ConcurrentHashMap.newKeySet();

		/** What was asked to be noted, each time. */
		private final List<List<Published>> asked = new CopyOnWriteArrayList<>();

		private final List<Published> noted = new CopyOnWriteArrayList<>();

		private final AtomicLong forgotten = new AtomicLong();

		private final AtomicInteger refused = new AtomicInteger();

		private volatile boolean away;

		@SuppressWarnings("NullAway") // it has no database
		Table() {
			super(null, null);
		}

		@Override
		List<BudgetStatus> unpublished(int most, Set<UserId> except) {
			requireThere();
			return this.unpublished.values()
				.stream()
				.filter((status) -> !except.contains(status.userId()))
				.limit(most)
				.toList();
		}

		@Override
		List<BudgetStatus> unpublishedOf(Set<UserId> users) {
			requireThere();
			return this.unpublished.values().stream().filter((status) -> users.contains(status.userId())).toList();
		}

		@Override
		Noted published(Collection<Published> acknowledged) {
			requireThere();
			this.asked.add(List.copyOf(acknowledged));
			Set<UserId> nowGone = new HashSet<>();
			Set<UserId> nowHeld = new HashSet<>();
			for (Published each : acknowledged) {
				if (this.gone.contains(each.userId())) {
					nowGone.add(each.userId());
				}
				else if (this.held.contains(each.userId())) {
					nowHeld.add(each.userId());
				}
				else {
					this.unpublished.remove(each.userId());
					this.noted.add(each);
				}
			}
			return new Noted(nowGone, nowHeld);
		}

		@Override
		int forgetBeyond(Map<Integer, Long> ends) {
			requireThere();
			return 0;
		}

		@Override
		long forgotten() {
			return this.forgotten.get();
		}

		private void requireThere() {
			if (this.away) {
				this.refused.incrementAndGet();
				throw new DataAccessResourceFailureException("the database is away");
			}
		}

	}

	/** A topic of one partition, whose broker may take nothing. */
	private static final class Topic extends StatusTopic {

		/** User and version of what it has, in order. */
		private final List<String> sent = new CopyOnWriteArrayList<>();

		private volatile boolean refuses;

		/** Of whom it takes nothing. */
		private final Set<UserId> refused = ConcurrentHashMap.newKeySet();

		/** Whose statuses it does not take for what they are. */
		private final Set<UserId> tooLarge = ConcurrentHashMap.newKeySet();

		@SuppressWarnings("NullAway") // it has no Kafka
		Topic() {
			super(null);
		}

		@Override
		Producer<String, byte[]> producer() {
			return new Broker(this);
		}

		@Override
		Map<Integer, Long> ends() {
			return Map.of(0, 0L);
		}

		private void take(ProducerRecord<String, byte[]> record) {
			try {
				this.sent.add(record.key() + ' ' + ((record.value() == null) ? "removed"
						: ((BudgetStatus) EventCodec.decode(record.value()).data()).version()));
			}
			catch (UndecodableEventException ex) {
				throw new IllegalArgumentException(ex);
			}
		}

	}

	private static final class Broker extends MockProducer<String, byte[]> {

		private final Topic topic;

		@SuppressWarnings("NullAway") // one partition needs no partitioner
		Broker(Topic topic) {
			super(true, null, new StringSerializer(), new ByteArraySerializer());
			this.topic = topic;
		}

		@Override
		public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
			if (this.topic.refuses || this.topic.refused.contains(UserId.parse(record.key()))) {
				return CompletableFuture.failedFuture(new TimeoutException("the broker is away"));
			}
			if (this.topic.tooLarge.contains(UserId.parse(record.key()))) {
				return CompletableFuture.failedFuture(new RecordTooLargeException("1048589 bytes"));
			}
			this.topic.take(record);
			return super.send(record);
		}

	}

}
