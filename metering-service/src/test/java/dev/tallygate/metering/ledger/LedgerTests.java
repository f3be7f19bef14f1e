package dev.tallygate.metering.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.Calls;
import dev.tallygate.metering.MeteringDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What a batch leaves in the tables, however it got there.
 */
class LedgerTests {

	private static final String SHARDLESS = "sum(request_count), sum(failed_requests), sum(unpriced_requests), "
			+ "sum(partly_priced_requests), sum(estimated_requests), sum(input_tokens), sum(cache_read_input_tokens), "
			+ "sum(output_tokens), sum(cost_nanos)";

	private static final List<Credential> CREDENTIALS = List.of(Credential.values());

	private static final List<String> AGGREGATES = List.of(
			"SELECT * FROM usage_daily ORDER BY user_id, day, provider, model, credential, api_key_id, agent_id",
			"SELECT * FROM usage_month ORDER BY period, user_id, api_key_id, agent_id",
			"SELECT period, provider, model, keyless, agentless, " + SHARDLESS
					+ " FROM usage_total GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5",
			"SELECT period, name, value, " + SHARDLESS + " FROM usage_tag GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
			"SELECT * FROM usage_user_tag ORDER BY user_id, period, name, value");

	private static JdbcClient jdbc;

	private static TransactionTemplate transaction;

	private static Ledger ledger;

	@BeforeAll
	static void migrate() {
		MeteringDatabase database = MeteringDatabase.create();
		jdbc = database.jdbc();
		transaction = database.transaction();
		ledger = new Ledger(database.connections(), new LedgerPartitions(jdbc, database.transactions()),
				new CorrectedCalls(jdbc));
	}

	@Test
	void everyColumnSaysWhatTheEventSaidAndTheSumsAreThoseOfTheRows() {
		long seed = System.nanoTime();
		System.out.println("LedgerTests seed " + seed);
		Random random = new Random(seed);
		List<LedgerEntry> entries = randomEntries(random);
		List<LedgerEntry> sent = new ArrayList<>();
		int from = 0;
		for (int batch = 0; from < entries.size(); batch++) {
			List<LedgerEntry> next = new ArrayList<>(
					entries.subList(from, Math.min(entries.size(), from + 1 + random.nextInt(120))));
			from += next.size();
			int fresh = next.size();
			if (batch % 8 == 7) {
				next.add(sent.get(random.nextInt(sent.size())));
			}
			sent.addAll(next);
			assertThat(append(next, batch % 3)).hasSize(fresh);
		}
		assertThat(ledger.conflicting(entries)).isEmpty();
		List<String> live = aggregates();
		Aggregates aggregates = new Aggregates(jdbc, new ArchivedMonths(jdbc));
		transaction.executeWithoutResult((status) -> aggregates.rebuild());
		assertThat(live).hasSizeGreaterThan(100).isEqualTo(aggregates());
	}

	@Test
	void aBatchOfWhichSomethingIsKnownAddsTheRest() {
		Calls call = Calls.aCall();
		LedgerEntry first = entry(call.settled(1));
		LedgerEntry second = entry(call.settled(2));
		LedgerEntry third = entry(call.settled(3));
		assertThat(append(List.of(second, first), 0)).containsExactlyInAnyOrder(first.key(), second.key());
		assertThat(append(List.of(second, third), 0)).containsExactly(third.key());
		assertThat(append(List.of(first, second, third), 0)).isEmpty();
		assertThat(requests(call.user())).isEqualTo(3);
		assertThat(jdbc.sql("SELECT seq_seen, seq_count FROM usage_source WHERE source = ?")
			.param(call.source())
			.query()
			.singleRow()).containsEntry("seq_seen", 3L).containsEntry("seq_count", 3L);
	}

	@Test
	void ofTwoThatBringTheSameAtOnceOneIsTheFirst() throws Exception {
		Calls call = Calls.aCall();
		for (int round = 0; round < 10; round++) {
			List<LedgerEntry> entries = new ArrayList<>();
			for (int seq = 1; seq <= 50; seq++) {
				entries.add(entry(call.settled(round * 50 + seq)));
			}
			CyclicBarrier together = new CyclicBarrier(2);
			List<Future<Integer>> added = new ArrayList<>();
			try (ExecutorService consumers = Executors.newFixedThreadPool(2)) {
				for (int consumer = 0; consumer < 2; consumer++) {
					int shard = consumer;
					added.add(consumers.submit(() -> {
						together.await();
						return append(entries, shard).size();
					}));
				}
			}
			assertThat(added.get(0).get() + added.get(1).get()).isEqualTo(50);
		}
		assertThat(requests(call.user())).isEqualTo(500);
		assertThat(jdbc.sql("SELECT count(*) FROM ledger WHERE user_id = ?")
			.param(call.user().value())
			.query(Long.class)
			.single()).isEqualTo(500);
	}

	private static List<LedgerEntry> randomEntries(Random random) {
		List<UserId> users = List.of(new UserId(UuidV7.next()), new UserId(UuidV7.next()), new UserId(UuidV7.next()));
		AgentId agent = new AgentId(UuidV7.next());
		Calls some = Calls.aCall();
		List<LedgerEntry> entries = new ArrayList<>();
		for (int seq = 1; seq <= 2000; seq++) {
			Calls call = Calls.aCall()
				.of(users.get(random.nextInt(3)))
				.with(random.nextBoolean() ? some.key() : null)
				.by(random.nextBoolean() ? agent : null)
				.to(random.nextBoolean() ? "openai" : "änthropic", "m" + random.nextInt(3))
				.paidBy(CREDENTIALS.get(random.nextInt(3)))
				.from("/gateway/random/" + random.nextInt(2))
				.costing(random.nextLong(1_000_000))
				.at(Instant.now().minus(Duration.ofHours(random.nextInt(24 * 40))));
			call = switch (random.nextInt(5)) {
				case 0 -> call.failed();
				case 1 -> call.unpriced();
				case 2 -> call.estimated();
				default -> call;
			};
			CloudEvent<UsageSettled> event = call.settled(seq);
			if (random.nextInt(3) == 0) {
				event = Calls.metered(event,
						random.nextBoolean() ? Map.of("team", "t\"" + random.nextInt(3), "env", "prod") : null,
						random.nextBoolean() ? Calls.charges() : null, random.nextBoolean() ? List.of("maps") : null);
			}
			entries.add(entry(event));
			if (random.nextInt(10) == 0) {
				CloudEvent<UsageAdjusted> correction = Calls.adjusted(event.data(), UuidV7.next(),
						random.nextLong(100_000) - 50_000);
				entries.add(LedgerEntry.of(correction, correction.data(), Instant.now()));
			}
		}
		return entries;
	}

	private static LedgerEntry entry(CloudEvent<UsageSettled> event) {
		return LedgerEntry.of(event, event.data(), Instant.now());
	}

	/** The keys that were new. */
	private static Set<LedgerEntry.Key> append(List<LedgerEntry> entries, int shard) {
		Set<LedgerEntry.Key> known = Objects
			.requireNonNull(transaction.execute((status) -> ledger.append(entries, shard)));
		Set<LedgerEntry.Key> added = entries.stream().map(LedgerEntry::key).collect(Collectors.toSet());
		assertThat(added).containsAll(known);
		added.removeAll(known);
		return added;
	}

	private static long requests(UserId user) {
		return jdbc.sql("SELECT sum(request_count)::bigint FROM usage_daily WHERE user_id = ?")
			.param(user.value())
			.query(Long.class)
			.single();
	}

	private static List<String> aggregates() {
		return AGGREGATES.stream().flatMap((query) -> jdbc.sql(query).query((row, number) -> {
			Object[] values = new Object[row.getMetaData().getColumnCount()];
			for (int i = 0; i < values.length; i++) {
				values[i] = row.getObject(i + 1);
			}
			return Arrays.toString(values);
		}).list().stream()).toList();
	}

}
