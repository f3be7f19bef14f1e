package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a user stands, as the budget-service knows it.
 *
 * @param userId the user
 * @param version grows with every change of this user's status
 * @param timeZone IANA zone of the period
 * @param period the period {@code spentNanos} belongs to
 * @param periodEnd its exclusive end
 * @param limitCents the binding limit in US cents; null without a limit
 * @param binding which limit binds; null without a limit
 * @param enforcement what happens at the limit
 * @param spentNanos spent in the period, in nano-USD
 * @param billingCycleStart start of the billing cycle
 * @param billingCycleEnd its exclusive end
 * @param creditsIncluded credits (US cents) in the plan each cycle
 * @param creditsGranted remaining granted credits at the start of the cycle
 * @param creditsUsedNanos spent on system keys in the cycle, in nano-USD
 * @param applied per usage source, the last sequence number of this user that is included
 * @param lines per hard limit ({@code budget}, {@code credits}, {@code key:<id>}) what
 * gateways may spend beyond what is counted; null from an older budget-service
 * @param keys the budgets of API keys; null from an older budget-service
 */
public record BudgetStatus(UserId userId, long version, String timeZone, YearMonth period, Instant periodEnd,
		@Nullable Long limitCents, @Nullable Limit binding, Enforcement enforcement, NanoUsd spentNanos,
		Instant billingCycleStart, Instant billingCycleEnd, long creditsIncluded, long creditsGranted,
		NanoUsd creditsUsedNanos, Map<String, Long> applied, @Nullable Map<String, Lines> lines,
		@Nullable List<KeyBudget> keys) implements EventData {

	/** The scope of the user's own limit in {@link #lines}. */
	public static final String BUDGET_SCOPE = "budget";

	/** The scope of the credits in {@link #lines}. */
	public static final String CREDITS_SCOPE = "credits";

	/** What the scope of a key's budget begins with in {@link #lines}. */
	public static final String KEY_SCOPE = "key:";

	public BudgetStatus {
		applied = Map.copyOf(applied);
		lines = (lines != null) ? Map.copyOf(lines) : null;
		keys = (keys != null) ? List.copyOf(keys) : null;
	}

	/**
	 * A status without lines and budgets of keys.
	 */
	public BudgetStatus(UserId userId, long version, String timeZone, YearMonth period, Instant periodEnd,
			@Nullable Long limitCents, @Nullable Limit binding, Enforcement enforcement, NanoUsd spentNanos,
			Instant billingCycleStart, Instant billingCycleEnd, long creditsIncluded, long creditsGranted,
			NanoUsd creditsUsedNanos, Map<String, Long> applied) {
		this(userId, version, timeZone, period, periodEnd, limitCents, binding, enforcement, spentNanos,
				billingCycleStart, billingCycleEnd, creditsIncluded, creditsGranted, creditsUsedNanos, applied, null,
				null);
	}

	/**
	 * How a hard limit is lent out. What a gateway has spent beyond {@link #applied},
	 * what its open calls hold and what a new one needs must fit its line.
	 *
	 * @param slice the line of every registered gateway that {@code of} does not name, in
	 * nano-USD
	 * @param recalled what such gateways may still believe to have, in nano-USD
	 * @param wanted whether somebody could not get what it asked for: give back what is
	 * not used
	 * @param epoch gateways registered later than this were not thought of: slice and
	 * recalled are not for them
	 * @param of the lines by usage source, in nano-USD
	 */
	public record Lines(NanoUsd slice, NanoUsd recalled, boolean wanted, long epoch, Map<String, NanoUsd> of) {

		public Lines {
			of = Map.copyOf(of);
		}

	}

	/**
	 * The budget of one API key.
	 *
	 * @param apiKeyId the key
	 * @param kind how long its periods are
	 * @param period the current one: a month, a day, or {@code total}
	 * @param periodEnd its exclusive end; null for {@code total}
	 * @param limitCents the limit in US cents
	 * @param enforcement what happens at the limit
	 * @param spentNanos spent in the period, in nano-USD
	 */
	public record KeyBudget(ApiKeyId apiKeyId, KeyPeriod kind, String period, @Nullable Instant periodEnd,
			long limitCents, Enforcement enforcement, NanoUsd spentNanos) {

	}

	/** How long the periods of a key's budget are. */
	public enum KeyPeriod {

		/** A month in the budget's time zone. */
		@JsonProperty("month")
		MONTH,
		/** A day in the budget's time zone. */
		@JsonProperty("day")
		DAY,
		/** The key's whole life. */
		@JsonProperty("total")
		TOTAL

	}

	/** What happens at the limit. */
	public enum Enforcement {

		/** Calls are refused. */
		@JsonProperty("hard")
		HARD,
		/** Alerts only. */
		@JsonProperty("soft")
		SOFT

	}

}
