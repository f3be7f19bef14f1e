package dev.tallygate.budgets.account;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The accounts in PostgreSQL. {@link #lock} takes the row locks in the order of the user
 * ids, so that transactions over many users cannot block each other in a circle.
 */
@Repository
public class Accounts {

	private static final String COLUMNS = """
			SELECT user_id, signed_up_at, provisional, version, monthly_cents, ceiling_cents, enforcement, thresholds,
			       time_zone, time_zone_from, period, period_zone, period_start, period_end, lending, default_cents,
			       default_enforcement
			  FROM account
			""";

	private static final String INSERT = """
			INSERT INTO account (signed_up_at, provisional, version, rolls_at, monthly_cents, ceiling_cents, enforcement,
			  thresholds, time_zone, time_zone_from, period, period_zone, period_start, period_end, lending,
			  default_cents, default_enforcement, user_id)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?::smallint[], ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?)
			ON CONFLICT DO NOTHING
			""";

	private static final String UPDATE = """
			UPDATE account SET signed_up_at = ?, provisional = ?, version = ?, rolls_at = ?, monthly_cents = ?,
			  ceiling_cents = ?, enforcement = ?, thresholds = ?::smallint[], time_zone = ?, time_zone_from = ?,
			  period = ?, period_zone = ?, period_start = ?, period_end = ?, lending = ?::jsonb, default_cents = ?,
			  default_enforcement = ?
			 WHERE user_id = ?
			""";

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final TypeReference<Map<String, Lending>> LENDING = new TypeReference<>() {
	};

	private final JdbcClient jdbc;

	/** {@link JdbcClient} has no word for many rows at once. */
	private final JdbcTemplate batches;

	Accounts(JdbcClient jdbc, JdbcTemplate batches) {
		this.jdbc = jdbc;
		this.batches = batches;
	}

	/**
	 * Locks and loads these users' accounts, provisioning those that nobody has heard of.
	 * Users who are gone have none.
	 * @param users whose
	 * @param periods the periods whose spend may change, beside the current one
	 * @param now the time the accounts are brought forward to
	 */
	public Map<UserId, Account> lock(Collection<UserId> users, Set<YearMonth> periods, Instant now) {
		Set<UUID> wanted = users.stream().map(UserId::value).collect(Collectors.toCollection(TreeSet::new));
		List<Row> rows = new ArrayList<>(rows(wanted, "ORDER BY user_id FOR UPDATE"));
		Set<UUID> missing = without(wanted, rows);
		if (!missing.isEmpty()) {
			missing.removeAll(departed(missing));
			provision(missing, now);
			rows.addAll(rows(missing, "ORDER BY user_id FOR UPDATE"));
		}
		return load(rows, periods, now);
	}

	/**
	 * Loads a user's account without a lock, for reading; null when there is none.
	 */
	public @Nullable Account find(UserId user, Instant now) {
		return findAll(List.of(user), now).get(user);
	}

	/**
	 * Loads accounts without a lock, for reading, in the order of the user ids.
	 */
	Map<UserId, Account> findAll(Collection<UserId> users, Instant now) {
		Set<UUID> wanted = users.stream().map(UserId::value).collect(Collectors.toSet());
		return load(rows(wanted, "ORDER BY user_id"), Set.of(), now);
	}

	/**
	 * Whether the user is gone.
	 */
	public boolean isDeparted(UserId user) {
		return !departed(Set.of(user.value())).isEmpty();
	}

	private List<Row> rows(Set<UUID> users, String suffix) {
		return users.isEmpty() ? List.of()
				: this.jdbc.sql(COLUMNS + " WHERE user_id = ANY (?::uuid[]) " + suffix)
					.param(texts(users))
					.query((rs, i) -> row(rs))
					.list();
	}

	private static Set<UUID> without(Set<UUID> wanted, List<Row> rows) {
		Set<UUID> missing = new TreeSet<>(wanted);
		rows.forEach((row) -> missing.remove(row.userId().value()));
		return missing;
	}

	private Set<UUID> departed(Set<UUID> users) {
		return Set.copyOf(this.jdbc.sql("SELECT user_id FROM departed WHERE user_id = ANY (?::uuid[])")
			.param(texts(users))
			.query(UUID.class)
			.list());
	}

	private void provision(Set<UUID> users, Instant now) {
		Everyone everyone = everyone();
		List<Account> fresh = users.stream()
			.map((user) -> Account.provisional(new UserId(user), everyone, now))
			.toList();
		fresh.forEach(Account::lend);
		this.batches.batchUpdate(INSERT, fresh.stream().map(Accounts::columns).toList());
		saveCycles(fresh, "ON CONFLICT DO NOTHING");
	}

	private Map<UserId, Account> load(List<Row> rows, Set<YearMonth> periods, Instant now) {
		if (rows.isEmpty()) {
			return Map.of();
		}
		String[] users = rows.stream().map((row) -> row.userId().toString()).toArray(String[]::new);
		Map<UserId, List<PeriodSpend>> spend = spend(users, periods, rows, now);
		Map<UserId, List<Credits>> cycles = cycles(users);
		Map<UserId, Map<String, Long>> applied = applied(users);
		Map<UserId, List<KeyBudget>> keys = keys(rows, users, now);
		Everyone everyone = everyone();
		Map<UserId, Account> accounts = new LinkedHashMap<>();
		for (Row row : rows) {
			UserId user = row.userId();
			accounts.put(user,
					Account.stored(user, row.signedUpAt(), row.provisional(), row.version(), row.budget(),
							row.zoneChange(), row.period(), spend.getOrDefault(user, List.of()),
							cycles.getOrDefault(user, List.of()), applied.getOrDefault(user, Map.of()),
							keys.getOrDefault(user, List.of()), row.lending(), row.knownDefault(), everyone, now));
		}
		return accounts;
	}

	private Map<UserId, List<PeriodSpend>> spend(String[] users, Set<YearMonth> periods, List<Row> rows, Instant now) {
		Set<String> wanted = periods.stream().map(YearMonth::toString).collect(Collectors.toCollection(TreeSet::new));
		rows.forEach((row) -> wanted.add(row.period().at(now, row.zoneChange()).month().toString()));
		Map<UserId, List<PeriodSpend>> spend = new HashMap<>();
		this.jdbc.sql("""
				SELECT user_id, period, spent_nanos, limit_cents FROM period_spend
				 WHERE user_id = ANY (?::uuid[]) AND period = ANY (?::text[])
				""").params(users, wanted.toArray(String[]::new)).query((rs) -> {
			spend.computeIfAbsent(user(rs), (key) -> new ArrayList<>())
				.add(new PeriodSpend(YearMonth.parse(rs.getString("period")), new NanoUsd(rs.getLong("spent_nanos")),
						cents(rs, "limit_cents")));
		});
		return spend;
	}

	private Map<UserId, List<Credits>> cycles(String[] users) {
		Map<UserId, List<Credits>> cycles = new HashMap<>();
		this.jdbc.sql("""
				SELECT c.* FROM unnest(?::uuid[]) AS wanted (id)
				  CROSS JOIN LATERAL (SELECT * FROM billing_cycle WHERE user_id = wanted.id
				                       ORDER BY cycle_start DESC LIMIT ?) AS c
				""").params(users, Account.CYCLES).query((rs) -> {
			BillingCycle cycle = new BillingCycle(instant(rs, "cycle_start"), instant(rs, "cycle_end"));
			cycles.computeIfAbsent(user(rs), (key) -> new ArrayList<>())
				.add(new Credits(cycle, rs.getLong("credits_included"), rs.getLong("credits_carried"),
						rs.getLong("credits_granted"), new NanoUsd(rs.getLong("used_nanos"))));
		});
		return cycles;
	}

	private Map<UserId, Map<String, Long>> applied(String[] users) {
		Map<UserId, Map<String, Long>> applied = new HashMap<>();
		this.jdbc.sql("SELECT user_id, source, seq FROM applied_source WHERE user_id = ANY (?::uuid[])")
			.param(users)
			.query((rs) -> {
				applied.computeIfAbsent(user(rs), (key) -> new HashMap<>())
					.put(rs.getString("source"), rs.getLong("seq"));
			});
		return applied;
	}

	private Map<UserId, List<KeyBudget>> keys(List<Row> rows, String[] users, Instant now) {
		Map<UserId, BudgetPeriod> periods = new HashMap<>();
		rows.forEach((row) -> periods.put(row.userId(), row.period().at(now, row.zoneChange())));
		Map<UserId, List<KeyBudget>> keys = new HashMap<>();
		this.jdbc.sql("SELECT * FROM key_budget WHERE user_id = ANY (?::uuid[])").param(users).query((rs) -> {
			keys.computeIfAbsent(user(rs), (key) -> new ArrayList<>())
				.add(new KeyBudget(new ApiKeyId(rs.getObject("api_key_id", UUID.class)), rs.getLong("limit_cents"),
						KeyPeriod.valueOf(rs.getString("kind").toUpperCase(Locale.ROOT)),
						Enforcement.valueOf(rs.getString("enforcement").toUpperCase(Locale.ROOT)),
						thresholds(rs.getArray("thresholds")), NanoUsd.ZERO));
		});
		List<KeyDays> days = new ArrayList<>();
		keys.forEach((user, budgets) -> budgets
			.forEach((each) -> days.add(KeyDays.of(user, each, Objects.requireNonNull(periods.get(user)), now))));
		Map<ApiKeyId, NanoUsd> spent = keySpent(days);
		keys.values()
			.forEach((budgets) -> budgets
				.replaceAll((each) -> each.withSpent(spent.getOrDefault(each.key(), NanoUsd.ZERO))));
		return keys;
	}

	/**
	 * What a key has spent in the current period of its budget.
	 */
	public NanoUsd keySpent(UserId user, KeyBudget key, BudgetPeriod period, Instant now) {
		return keySpent(List.of(KeyDays.of(user, key, period, now))).getOrDefault(key.key(), NanoUsd.ZERO);
	}

	/** In one statement, however many keys have a budget. */
	private Map<ApiKeyId, NanoUsd> keySpent(List<KeyDays> keys) {
		Map<ApiKeyId, NanoUsd> spent = new HashMap<>();
		if (!keys.isEmpty()) {
			this.jdbc
				.sql("""
						SELECT s.api_key_id, greatest(-9223372036854775808, least(9223372036854775807, sum(s.spent_nanos)))::bigint
						  FROM unnest(?::uuid[], ?::uuid[], ?, ?) AS k (user_id, api_key_id, first, last)
						  JOIN key_spend AS s ON s.user_id = k.user_id AND s.api_key_id = k.api_key_id
						                     AND s.day BETWEEN k.first AND k.last
						 GROUP BY s.user_id, s.api_key_id
						""")
				.params(keys.stream().map((key) -> key.user().toString()).toArray(String[]::new),
						keys.stream().map((key) -> key.key().toString()).toArray(String[]::new),
						dates(keys, KeyDays::first), dates(keys, KeyDays::last))
				.query((rs) -> {
					spent.put(new ApiKeyId(rs.getObject(1, UUID.class)), new NanoUsd(rs.getLong(2)));
				});
		}
		return spent;
	}

	/**
	 * As dates and not as texts: a text is made one with regard to the session's
	 * settings, and Citus does not send that on as it is.
	 */
	private static SqlArrayValue dates(List<KeyDays> keys, Function<KeyDays, LocalDate> date) {
		return new SqlArrayValue("date", keys.stream().map(date).toArray());
	}

	/**
	 * What holds for everybody, as the running transaction sees it.
	 */
	public Everyone everyone() {
		// One statement, so that the gateways and the number of the latest are of one
		// moment.
		Map<String, Long> sources = new HashMap<>();
		long[] epoch = new long[1];
		@Nullable Long[] cents = new Long[1];
		Enforcement[] enforcement = { Enforcement.HARD };
		this.jdbc.sql("""
				SELECT e.default_cents, e.default_enforcement, s.source, s.since, s.session, s.closed_at
				  FROM everyone AS e LEFT JOIN gateway_source AS s ON true
				""").query((rs) -> {
			cents[0] = cents(rs, "default_cents");
			enforcement[0] = Enforcement.valueOf(rs.getString("default_enforcement").toUpperCase(Locale.ROOT));
			epoch[0] = Math.max(epoch[0], rs.getLong("session"));
			if (rs.getString("source") != null && rs.getObject("closed_at") == null) {
				sources.put(rs.getString("source"), rs.getLong("since"));
			}
		});
		return new Everyone(cents[0], enforcement[0], new Lending.Sources(epoch[0], sources));
	}

	/**
	 * Writes what has changed about these accounts, which are locked.
	 */
	void save(Collection<Account> accounts, Instant now) {
		List<Account> changed = accounts.stream().filter(Account::hasChanged).toList();
		changed.forEach(Account::lend);
		this.batches.batchUpdate(UPDATE, changed.stream().map(Accounts::columns).toList());
		saveSpend(changed);
		saveCycles(changed, """
				ON CONFLICT (user_id, cycle_start) DO UPDATE SET credits_carried = EXCLUDED.credits_carried,
				  credits_granted = EXCLUDED.credits_granted, used_nanos = EXCLUDED.used_nanos
				""");
		saveApplied(changed, now);
		saveKeySpend(changed);
	}

	private void saveKeySpend(List<Account> accounts) {
		List<Object[]> rows = new ArrayList<>();
		for (Account account : accounts) {
			account.keySpend()
				.forEach((key, nanos) -> rows
					.add(new Object[] { account.userId().value(), key.key().value(), key.day(), nanos.value() }));
		}
		batch("""
				INSERT INTO key_spend (user_id, api_key_id, day, spent_nanos) VALUES (?, ?, ?, ?)
				ON CONFLICT (user_id, api_key_id, day) DO UPDATE SET spent_nanos = greatest(-9223372036854775808, least(
				  9223372036854775807, key_spend.spent_nanos::numeric + EXCLUDED.spent_nanos))::bigint
				""", rows);
	}

	/**
	 * Writes the budget of a key, whose owner's account is locked.
	 */
	public void saveKey(UserId user, KeyBudget key) {
		this.jdbc.sql("""
				INSERT INTO key_budget (user_id, api_key_id, limit_cents, kind, enforcement, thresholds)
				VALUES (?, ?, ?, ?, ?, ?::smallint[])
				ON CONFLICT (user_id, api_key_id) DO UPDATE SET limit_cents = EXCLUDED.limit_cents,
				  kind = EXCLUDED.kind, enforcement = EXCLUDED.enforcement, thresholds = EXCLUDED.thresholds
				""")
			.params(user.value(), key.key().value(), key.limitCents(), key.kind().name().toLowerCase(Locale.ROOT),
					key.enforcement().name().toLowerCase(Locale.ROOT), texts(key.thresholds()))
			.update();
	}

	/**
	 * Removes the budget of a key, whose owner's account is locked.
	 */
	public void deleteKey(UserId user, ApiKeyId key) {
		this.jdbc.sql("DELETE FROM key_budget WHERE user_id = ? AND api_key_id = ?")
			.params(user.value(), key.value())
			.update();
	}

	/**
	 * What a user has spent in each period, the latest first.
	 */
	public List<PeriodSpend> history(UserId user, @Nullable YearMonth before, int most) {
		return this.jdbc.sql("""
				SELECT period, spent_nanos, limit_cents FROM period_spend
				 WHERE user_id = ? AND period < ? ORDER BY period DESC LIMIT ?
				""")
			.params(user.value(), (before != null) ? before.toString() : "9999-99", most)
			.query((rs, i) -> new PeriodSpend(YearMonth.parse(rs.getString(1)), new NanoUsd(rs.getLong(2)),
					cents(rs, "limit_cents")))
			.list();
	}

	/**
	 * Users in the order of their ids.
	 * @param state only those in this state; null for all
	 * @param after only users after this one; null from the first
	 * @param most how many at most
	 */
	public List<UserId> page(@Nullable BudgetState state, @Nullable UserId after, int most) {
		return this.jdbc.sql("""
				SELECT user_id FROM account_state
				 WHERE user_id > ? AND (?::text IS NULL OR state = ?) ORDER BY user_id LIMIT ?
				""")
			.param((after != null) ? after.value() : new UUID(0, 0))
			.param((state != null) ? state.wireName() : null)
			.param((state != null) ? state.wireName() : null)
			.param(most)
			.query((rs, i) -> user(rs))
			.list();
	}

	/**
	 * Users who have not been told of the ceiling for everyone.
	 */
	List<UserId> untold(int most) {
		return this.jdbc.sql("""
				SELECT user_id FROM account AS a JOIN everyone AS e ON a.default_cents IS DISTINCT FROM e.default_cents
				    OR e.default_cents IS NOT NULL AND a.default_enforcement IS DISTINCT FROM e.default_enforcement
				 LIMIT ?
				""").param(most).query((rs, i) -> user(rs)).list();
	}

	private void saveSpend(List<Account> accounts) {
		List<Object[]> rows = new ArrayList<>();
		for (Account account : accounts) {
			for (PeriodSpend spend : account.changedSpend()) {
				rows.add(new Object[] { account.userId().value(), spend.month().toString(), spend.spent().value(),
						bigint(spend.limitCents()) });
			}
		}
		batch("""
				INSERT INTO period_spend (user_id, period, spent_nanos, limit_cents) VALUES (?, ?, ?, ?)
				ON CONFLICT (user_id, period) DO UPDATE
				  SET spent_nanos = EXCLUDED.spent_nanos, limit_cents = EXCLUDED.limit_cents
				""", rows);
	}

	private void saveCycles(List<Account> accounts, String onConflict) {
		List<Object[]> gone = new ArrayList<>();
		List<Object[]> rows = new ArrayList<>();
		for (Account account : accounts) {
			account.removedCycles()
				.forEach((start) -> gone.add(new Object[] { account.userId().value(), timestamp(start) }));
			for (Credits credits : account.changedCredits()) {
				rows.add(new Object[] { account.userId().value(), timestamp(credits.cycle().start()),
						timestamp(credits.cycle().end()), credits.included(), credits.carried(), credits.granted(),
						credits.used().value() });
			}
		}
		batch("DELETE FROM billing_cycle WHERE user_id = ? AND cycle_start = ?", gone);
		batch("""
				INSERT INTO billing_cycle (user_id, cycle_start, cycle_end, credits_included, credits_carried,
				  credits_granted, used_nanos) VALUES (?, ?, ?, ?, ?, ?, ?)
				""" + onConflict, rows);
	}

	private void saveApplied(List<Account> accounts, Instant now) {
		List<Object[]> rows = new ArrayList<>();
		for (Account account : accounts) {
			account.changedSources()
				.forEach((source, seq) -> rows
					.add(new Object[] { account.userId().value(), source, seq, timestamp(now) }));
		}
		batch("""
				INSERT INTO applied_source (user_id, source, seq, applied_at) VALUES (?, ?, ?, ?)
				ON CONFLICT (user_id, source) DO UPDATE SET seq = EXCLUDED.seq, applied_at = EXCLUDED.applied_at
				""", rows);
	}

	/**
	 * Adds to the spend of a user who is gone. The books keep it, but no limit, alert or
	 * status follows from it.
	 */
	public void addDeparted(UserId user, YearMonth period, NanoUsd amount) {
		this.jdbc.sql("""
				INSERT INTO period_spend (user_id, period, spent_nanos) VALUES (?, ?, ?)
				ON CONFLICT (user_id, period) DO UPDATE SET spent_nanos = greatest(-9223372036854775808, least(
				  9223372036854775807, period_spend.spent_nanos::numeric + EXCLUDED.spent_nanos))::bigint
				""").params(user.value(), period.toString(), amount.value()).update();
	}

	/**
	 * Removes all that belongs to a person; spend stays.
	 */
	public void remove(UserId user, Instant now) {
		this.jdbc.sql("DELETE FROM account WHERE user_id = ?").param(user.value()).update();
		this.jdbc.sql("INSERT INTO departed (user_id, departed_at) VALUES (?, ?) ON CONFLICT DO NOTHING")
			.params(user.value(), timestamp(now))
			.update();
	}

	/**
	 * Users whose period, zone or cycle has changed by {@code now}, the longest due
	 * first.
	 */
	List<UserId> due(Instant now, int most) {
		return this.jdbc.sql("SELECT user_id FROM account WHERE rolls_at <= ? ORDER BY rolls_at LIMIT ?")
			.params(timestamp(now), most)
			.query((rs, i) -> user(rs))
			.list();
	}

	private void batch(String sql, List<Object[]> rows) {
		if (!rows.isEmpty()) {
			this.batches.batchUpdate(sql, rows);
		}
	}

	private static Object[] columns(Account account) {
		Budget budget = account.budget();
		BudgetPeriod period = account.period();
		ZoneChange change = account.zoneChange();
		Everyone.Ceiling known = account.knownDefault();
		return new Object[] { timestamp(account.signedUpAt()), account.isProvisional(), account.version(),
				timestamp(account.rollsAt()), bigint(budget.monthlyCents()), bigint(budget.ceilingCents()),
				name(budget.enforcement()), texts(budget.thresholds()), budget.timeZone().getId(),
				nullableText((change != null) ? change.from() : null), period.month().toString(), period.zone().getId(),
				timestamp(period.start()), timestamp(period.end()), JSON.writeValueAsString(account.lending()),
				bigint((known != null) ? known.cents() : null),
				nullableText((known != null && known.enforcement() != null) ? name(known.enforcement()) : null),
				account.userId().value() };
	}

	private static String name(Enforcement enforcement) {
		return enforcement.name().toLowerCase(Locale.ROOT);
	}

	@NullUnmarked
	private static Object bigint(@Nullable Long value) {
		return value;
	}

	@NullUnmarked
	private static Object nullableText(@Nullable Object value) {
		return Objects.toString(value, null);
	}

	private static Row row(ResultSet rs) throws SQLException {
		ZoneId wanted = ZoneId.of(rs.getString("time_zone"));
		String from = rs.getString("time_zone_from");
		Budget budget = new Budget(cents(rs, "monthly_cents"), cents(rs, "ceiling_cents"),
				Enforcement.valueOf(rs.getString("enforcement").toUpperCase(Locale.ROOT)),
				thresholds(rs.getArray("thresholds")), wanted);
		BudgetPeriod period = new BudgetPeriod(YearMonth.parse(rs.getString("period")),
				ZoneId.of(rs.getString("period_zone")), instant(rs, "period_start"), instant(rs, "period_end"));
		return new Row(user(rs), instant(rs, "signed_up_at"), rs.getBoolean("provisional"), rs.getLong("version"),
				budget, (from != null) ? new ZoneChange(wanted, YearMonth.parse(from)) : null, period,
				JSON.readValue(rs.getString("lending"), LENDING), knownDefault(rs));
	}

	private static Everyone.@Nullable Ceiling knownDefault(ResultSet rs) throws SQLException {
		Long cents = cents(rs, "default_cents");
		String enforcement = rs.getString("default_enforcement");
		return (cents == null) ? null : new Everyone.Ceiling(cents,
				(enforcement != null) ? Enforcement.valueOf(enforcement.toUpperCase(Locale.ROOT)) : null);
	}

	private static Thresholds thresholds(Array array) throws SQLException {
		return new Thresholds(
				Arrays.stream((Object[]) array.getArray()).map((each) -> ((Number) each).intValue()).toList());
	}

	private static @Nullable Long cents(ResultSet rs, String column) throws SQLException {
		long value = rs.getLong(column);
		return rs.wasNull() ? null : value;
	}

	private static UserId user(ResultSet rs) throws SQLException {
		return new UserId(rs.getObject("user_id", UUID.class));
	}

	private static Instant instant(ResultSet rs, String column) throws SQLException {
		return rs.getObject(column, OffsetDateTime.class).toInstant();
	}

	private static OffsetDateTime timestamp(Instant instant) {
		return instant.atOffset(ZoneOffset.UTC);
	}

	private static String[] texts(Thresholds thresholds) {
		return thresholds.percents().stream().map(String::valueOf).toArray(String[]::new);
	}

	private static String[] texts(Set<UUID> users) {
		return users.stream().map(UUID::toString).toArray(String[]::new);
	}

	/** The days that the current period of a key's budget has. */
	private record KeyDays(UserId user, ApiKeyId key, LocalDate first, LocalDate last) {

		static KeyDays of(UserId user, KeyBudget key, BudgetPeriod period, Instant now) {
			LocalDate today = period.dayAt(now);
			return switch (key.kind()) {
				case MONTH -> new KeyDays(user, key.key(), period.month().atDay(1), period.month().atEndOfMonth());
				case DAY -> new KeyDays(user, key.key(), today, today);
				case TOTAL -> new KeyDays(user, key.key(), LocalDate.EPOCH, LocalDate.of(9999, 12, 31));
			};
		}

	}

	/** An account's own row. */
	private record Row(UserId userId, Instant signedUpAt, boolean provisional, long version, Budget budget,
			@Nullable ZoneChange zoneChange, BudgetPeriod period, Map<String, Lending> lending,
			Everyone.@Nullable Ceiling knownDefault) {

	}

}
