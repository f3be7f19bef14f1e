package dev.tallygate.console.budget;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a person typed as a monthly limit.
 */
public sealed interface BudgetAmount {

	/** The most that budget-service takes, in cents. */
	long MOST_CENTS = 1_000_000_000L;

	/** Digits, in thousands or not, then at most two places. */
	Pattern DOLLARS = Pattern.compile("(\\d{1,12}|\\d{1,3}(,\\d{3}){1,3})(\\.\\d{1,2})?");

	/**
	 * A limit.
	 *
	 * @param cents null takes the limit away
	 */
	record Limit(@Nullable Long cents) implements BudgetAmount {
	}

	/**
	 * Not an amount.
	 *
	 * @param advice what to type
	 */
	record Unreadable(String advice) implements BudgetAmount {
	}

	/**
	 * Reads dollars; blank means no limit.
	 */
	static BudgetAmount parse(String typed) {
		String text = typed.strip().replace("$", "").strip();
		if (text.isEmpty()) {
			return new Limit(null);
		}
		if (!DOLLARS.matcher(text).matches()) {
			return new Unreadable(text.contains(",") ? "“" + text
					+ "” can be read in two ways. Type 1.50 for one dollar fifty, 1500 or 1,500 for fifteen hundred."
					: "Type dollars and cents, such as 50 or 12.50, or leave it empty for no limit.");
		}
		long cents = new BigDecimal(text.replace(",", "")).movePointRight(2).longValueExact();
		if (cents > MOST_CENTS) {
			return new Unreadable(
					"The largest limit is $10,000,000.00. Type a smaller amount, or leave it empty for none.");
		}
		return new Limit(cents);
	}

}
