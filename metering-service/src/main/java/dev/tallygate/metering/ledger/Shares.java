package dev.tallygate.metering.ledger;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.metering.ledger.BinaryValues.ColumnType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.SqlValue;

/**
 * What a batch adds to the aggregates, summed up before it gets to the database: there
 * the new rows would have to be written down and read once more for each table. What the
 * rows come to is said a second time in {@link Aggregates}, for whole months; the audit
 * holds the one to the other.
 */
final class Shares {

	/** The composite type of a row of {@link #daily()}. */
	static final String DAILY = "usage_day_share";

	/** The composite type of a row of {@link #tags()}. */
	static final String TAG = "usage_month_tag_share";

	private static final List<ColumnType> COUNTERS = Collections.nCopies(9, ColumnType.BIGINT);

	private static final List<ColumnType> DAILY_TYPES = types(
			List.of(ColumnType.UUID, ColumnType.DATE, ColumnType.DATE, ColumnType.DATE, ColumnType.TEXT,
					ColumnType.TEXT, ColumnType.TEXT, ColumnType.UUID, ColumnType.UUID),
			List.of(ColumnType.TIMESTAMPTZ));

	private static final List<ColumnType> TAG_TYPES = types(
			List.of(ColumnType.UUID, ColumnType.DATE, ColumnType.TEXT, ColumnType.TEXT),
			List.of(ColumnType.DATE, ColumnType.DATE));

	/**
	 * In the order of the rows, which is by user: what the server looks for lies side by
	 * side in its indexes.
	 */
	private final Map<Day, Sum> days = new LinkedHashMap<>();

	private final Map<Tag, Sum> tags = new LinkedHashMap<>();

	private final Map<String, Heard> sources = new HashMap<>();

	private Shares() {
	}

	/**
	 * What these rows add.
	 * @throws ArithmeticException when a sum is more than 64 bits hold
	 */
	static Shares of(Collection<LedgerEntry> entries) {
		Shares shares = new Shares();
		entries.forEach(shares::add);
		return shares;
	}

	private void add(LedgerEntry entry) {
		this.days.computeIfAbsent(Day.of(entry), (_) -> new Sum()).add(entry);
		Map<String, String> named = entry.tags();
		if (named != null) {
			named.forEach((name, value) -> this.tags
				.computeIfAbsent(new Tag(entry.userId(), entry.period(), name, value), (_) -> new Sum())
				.on(entry.utcDay())
				.add(entry));
		}
		if (entry.seq() != null) {
			this.sources.merge(entry.source(), new Heard(entry.seq(), 1), Heard::plus);
		}
	}

	/** Rows of {@value #DAILY}. */
	SqlValue daily() {
		List<@Nullable Object[]> rows = new ArrayList<>(this.days.size());
		this.days.forEach((key, sum) -> rows.add(key.with(sum)));
		return BinaryRows.parameter(DAILY, DAILY_TYPES, rows);
	}

	boolean hasTags() {
		return !this.tags.isEmpty();
	}

	/** Rows of {@value #TAG}. */
	SqlValue tags() {
		List<@Nullable Object[]> rows = new ArrayList<>(this.tags.size());
		this.tags.forEach((key, sum) -> rows.add(key.with(sum)));
		return BinaryRows.parameter(TAG, TAG_TYPES, rows);
	}

	/** What was heard from each source. */
	Map<String, Heard> sources() {
		return Collections.unmodifiableMap(this.sources);
	}

	private static List<ColumnType> types(List<ColumnType> key, List<ColumnType> rest) {
		List<ColumnType> types = new ArrayList<>(key);
		types.addAll(COUNTERS);
		types.addAll(rest);
		return List.copyOf(types);
	}

	/**
	 * What was heard from a source.
	 *
	 * @param lastSeq the greatest number
	 * @param count how many numbers
	 */
	record Heard(long lastSeq, long count) {

		private Heard plus(Heard other) {
			return new Heard(Math.max(this.lastSeq, other.lastSeq), this.count + other.count);
		}

	}

	/** The key of a row of {@code usage_daily}. */
	private record Day(UserId user, YearMonth period, LocalDate day, LocalDate utcDay, String provider, String model,
			Credential credential, @Nullable ApiKeyId apiKey, @Nullable AgentId agent) {

		static Day of(LedgerEntry entry) {
			return new Day(entry.userId(), entry.period(), entry.day(), entry.utcDay(), entry.provider(), entry.model(),
					entry.credential(), entry.apiKeyId(), entry.agentId());
		}

		@Nullable Object[] with(Sum sum) {
			return new @Nullable Object[] { this.user.value(), this.period.atDay(1), this.day, this.utcDay,
					this.provider, this.model, LedgerColumns.name(this.credential),
					(this.apiKey != null) ? this.apiKey.value() : null,
					(this.agent != null) ? this.agent.value() : null, sum.requests, sum.failed, sum.unpriced,
					sum.partlyPriced, sum.estimated, sum.inputTokens, sum.cacheReadInputTokens, sum.outputTokens,
					sum.costNanos, sum.lastUsedAt };
		}

	}

	/** The key of a row of {@code usage_user_tag}. */
	private record Tag(UserId user, YearMonth period, String name, String value) {

		@Nullable Object[] with(Sum sum) {
			return new @Nullable Object[] { this.user.value(), this.period.atDay(1), this.name, this.value,
					sum.requests, sum.failed, sum.unpriced, sum.partlyPriced, sum.estimated, sum.inputTokens,
					sum.cacheReadInputTokens, sum.outputTokens, sum.costNanos, sum.firstDay, sum.lastDay };
		}

	}

	/** Under one key. */
	private static final class Sum {

		private long requests;

		private long failed;

		private long unpriced;

		private long partlyPriced;

		private long estimated;

		private long inputTokens;

		private long cacheReadInputTokens;

		private long outputTokens;

		private long costNanos;

		private @Nullable Instant lastUsedAt;

		private LocalDate firstDay = LocalDate.MAX;

		private LocalDate lastDay = LocalDate.MIN;

		Sum on(LocalDate utcDay) {
			this.firstDay = utcDay.isBefore(this.firstDay) ? utcDay : this.firstDay;
			this.lastDay = utcDay.isAfter(this.lastDay) ? utcDay : this.lastDay;
			return this;
		}

		void add(LedgerEntry entry) {
			NanoUsd cost = entry.costNanos();
			this.costNanos = Math.addExact(this.costNanos, (cost != null) ? cost.value() : 0);
			this.unpriced += (entry.isUnpriced() ? 1 : 0) + entry.effect().unpricedChange();
			this.partlyPriced += (entry.isPartlyPriced() ? 1 : 0) + entry.effect().partlyPricedChange();
			if (entry.settled() != null) {
				add(entry.settled());
			}
		}

		private void add(UsageSettled call) {
			boolean hasFailed = call.status() == UsageSettled.Status.FAILED;
			this.requests += hasFailed ? 0 : 1;
			this.failed += hasFailed ? 1 : 0;
			this.estimated += (!hasFailed && call.usageSource() == UsageSettled.UsageSource.ESTIMATED) ? 1 : 0;
			this.inputTokens = plus(this.inputTokens, call.inputTokens());
			this.cacheReadInputTokens = plus(this.cacheReadInputTokens, call.cacheReadInputTokens());
			this.outputTokens = plus(this.outputTokens, call.outputTokens());
			if (this.lastUsedAt == null || call.startedAt().isAfter(this.lastUsedAt)) {
				this.lastUsedAt = call.startedAt();
			}
		}

		private static long plus(long sum, @Nullable Long more) {
			return (more != null) ? Math.addExact(sum, more) : sum;
		}

	}

}
