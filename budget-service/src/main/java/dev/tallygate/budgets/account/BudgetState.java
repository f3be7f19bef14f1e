package dev.tallygate.budgets.account;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tallygate.events.NanoUsd;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How spend stands to the limit; the same for every budget, whatever its thresholds.
 */
public enum BudgetState {

	/** There is no limit. */
	@JsonProperty("none")
	NONE,
	/** Less than 75 % of the limit. */
	@JsonProperty("ok")
	OK,
	/** 75 % or more, less than 90 %. */
	@JsonProperty("warning")
	WARNING,
	/** 90 % or more, less than the limit. */
	@JsonProperty("critical")
	CRITICAL,
	/** The limit or more; always so at a limit of 0. */
	@JsonProperty("exceeded")
	EXCEEDED;

	/** From how many percent of the limit a user counts as warned. */
	static final int WARNING_PERCENT = 75;

	/** From how many percent of the limit it is critical. */
	static final int CRITICAL_PERCENT = 90;

	/**
	 * The state of {@code spent} against {@code limit}.
	 */
	public static BudgetState of(NanoUsd spent, @Nullable NanoUsd limit) {
		if (limit == null) {
			return NONE;
		}
		if (spent.compareTo(limit) >= 0) {
			return EXCEEDED;
		}
		if (Thresholds.isReached(CRITICAL_PERCENT, spent, limit)) {
			return CRITICAL;
		}
		return Thresholds.isReached(WARNING_PERCENT, spent, limit) ? WARNING : OK;
	}

	/**
	 * The state called {@code name} on the wire; null when there is none.
	 */
	public static @Nullable BudgetState named(String name) {
		return Arrays.stream(values()).filter((state) -> state.wireName().equals(name)).findFirst().orElse(null);
	}

	public static List<String> wireNames() {
		return Arrays.stream(values()).map(BudgetState::wireName).toList();
	}

	/**
	 * Its name in REST and SQL.
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

}
