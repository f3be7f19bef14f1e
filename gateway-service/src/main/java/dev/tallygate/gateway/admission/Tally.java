package dev.tallygate.gateway.admission;

import dev.tallygate.events.ApiKeyId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Running sums of one user's amounts, in nano-USD, by what they count against. Asking
 * costs the same however many amounts went in. Not thread-safe.
 */
final class Tally {

	/** Few: the days that open or uncounted calls began in. */
	private final List<Sum> days = new ArrayList<>(2);

	private final Map<ApiKeyId, List<Sum>> keys = new HashMap<>(4);

	private long total;

	/** What one day, or one day of a key, adds up to. */
	private static final class Sum {

		private final LocalDate day;

		private final LocalDate utcDay;

		private final boolean system;

		private long nanos;

		Sum(Kind kind) {
			this.day = kind.day();
			this.utcDay = kind.utcDay();
			this.system = kind.system();
		}

		boolean is(Kind kind) {
			return this.system == kind.system() && this.day.equals(kind.day()) && this.utcDay.equals(kind.utcDay());
		}

	}

	/** Adds an amount, or takes one away that was added before. */
	void add(Kind kind, long nanos) {
		if (nanos == 0) {
			return;
		}
		this.total += nanos;
		add(this.days, kind, nanos);
		ApiKeyId key = kind.apiKey();
		if (key != null) {
			List<Sum> sums = this.keys.computeIfAbsent(key, (_) -> new ArrayList<>(1));
			add(sums, kind, nanos);
			if (sums.isEmpty()) {
				this.keys.remove(key);
			}
		}
	}

	private static void add(List<Sum> sums, Kind kind, long nanos) {
		for (int i = sums.size() - 1; i >= 0; i--) {
			Sum sum = sums.get(i);
			if (sum.is(kind)) {
				sum.nanos += nanos;
				if (sum.nanos == 0) {
					sums.remove(i);
				}
				return;
			}
		}
		Sum sum = new Sum(kind);
		sum.nanos = nanos;
		sums.add(sum);
	}

	/** Everything there is. */
	long total() {
		return this.total;
	}

	/** What was paid by the operator's keys. */
	long system() {
		return sum(this.days, (sum) -> sum.system);
	}

	/** What counts in a month. */
	long in(YearMonth month) {
		return sum(this.days, (sum) -> inMonth(sum.day, month));
	}

	/** What counts against the credits of a billing cycle. */
	long credits(Instant cycleStart) {
		LocalDate first = LocalDate.ofInstant(cycleStart, ZoneOffset.UTC);
		return sum(this.days, (sum) -> sum.system && !sum.utcDay.isBefore(first));
	}

	/** What one key's calls add up to. */
	long of(ApiKeyId key) {
		return sum(this.keys.getOrDefault(key, List.of()), (_) -> true);
	}

	/** What one key's calls of a month add up to. */
	long of(ApiKeyId key, YearMonth month) {
		return sum(this.keys.getOrDefault(key, List.of()), (sum) -> inMonth(sum.day, month));
	}

	/** What one key's calls of a day add up to. */
	long of(ApiKeyId key, LocalDate day) {
		return sum(this.keys.getOrDefault(key, List.of()), (sum) -> sum.day.equals(day));
	}

	private static boolean inMonth(LocalDate day, YearMonth month) {
		return day.getYear() == month.getYear() && day.getMonthValue() == month.getMonthValue();
	}

	private static long sum(List<Sum> sums, Predicate<Sum> which) {
		long nanos = 0;
		for (Sum sum : sums) {
			if (which.test(sum)) {
				nanos += sum.nanos;
			}
		}
		return nanos;
	}

	boolean isEmpty() {
		return this.days.isEmpty();
	}

}
