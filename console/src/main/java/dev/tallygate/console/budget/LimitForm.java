package dev.tallygate.console.budget;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Outcome;
import dev.tallygate.console.services.Panel;
import dev.tallygate.console.services.Seen;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.security.secret.Secret;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * A limit of one key, of everyone who has none, or of the whole installation, as a person
 * typed it.
 *
 * @param dollars empty takes the limit away; null where the form had none, which changes
 * nothing
 * @param period {@code month}, {@code day} or {@code total}; null where there is but one
 * @param enforcement {@code hard} refuses, {@code soft} alerts
 * @param amount what budget-service calls the amount; {@code limitCents} where null
 * @param seen what the form was filled from
 */
public record LimitForm(@Nullable String dollars, @Nullable String period, @Nullable String enforcement,
		@Nullable String amount, @Nullable String seen) {

	/**
	 * Sets or removes the limit at a path of budget-service and tells the next page. What
	 * was changed elsewhere since the form was filled is not overwritten.
	 */
	public void send(ServiceClient services, Secret key, RedirectAttributes next, String path, Object... variables) {
		if (this.dollars == null) {
			Outcome.refused("No limit was sent, so nothing was changed. Load the page again and save it once more.",
					next);
			return;
		}
		Answer<Limit> answer = services.get(Service.BUDGETS, key, Limit.class, path, variables);
		if (!(answer instanceof Answer.Given<Limit> || answer instanceof Answer.Refused<Limit>)) {
			Panel.of(answer);
			Outcome.refused("The limit as it is now could not be read, so nothing was changed. Try again in a minute.",
					next);
			return;
		}
		Limit now = (answer instanceof Answer.Given<Limit>(Limit set)) ? set : Limit.NONE;
		if (this.seen != null && !this.seen.equals(now.seen())) {
			Outcome.changedElsewhere(next);
			return;
		}
		switch (BudgetAmount.parse(this.dollars)) {
			case BudgetAmount.Unreadable(String advice) -> Outcome.refused(advice, next);
			case BudgetAmount.Limit(@Nullable Long cents) when cents == null ->
				Outcome.of(services.tell(Service.BUDGETS, HttpMethod.DELETE, key, path, variables),
						"The limit is gone.", next);
			case BudgetAmount.Limit(@Nullable Long cents) ->
				Outcome.of(services.tell(Service.BUDGETS, HttpMethod.PUT, key, body(cents, now), path, variables),
						"The limit is set and in effect at every gateway.", next);
		}
	}

	/** The form knows no thresholds, so they stay as they are. */
	private Map<String, ?> body(@Nullable Long cents, Limit now) {
		Map<String, @Nullable Object> body = new LinkedHashMap<>();
		body.put("ceilingCents".equals(this.amount) ? "ceilingCents" : "limitCents", cents);
		if (this.period != null) {
			body.put("period", this.period);
		}
		body.put("enforcement", "soft".equals(this.enforcement) ? "soft" : "hard");
		if (now.thresholds() != null) {
			body.put("thresholds", now.thresholds());
		}
		return body;
	}

	/**
	 * A limit that is set, as budget-service tells it.
	 *
	 * @param limitCents the amount; null where there is none
	 * @param ceilingCents the same under the name it has for everyone's default
	 */
	public record Limit(@Nullable Long limitCents, @Nullable Long ceilingCents, @Nullable String period,
			@Nullable String enforcement, @Nullable List<Integer> thresholds, @Nullable Long spentNanos,
			@Nullable Long remainingNanos, @Nullable String state) {

		/** Where there is none. */
		public static final Limit NONE = new Limit(null, null, null, null, null, null, null, null);

		/** The limit, or that there is none; null where budget-service does not say. */
		public static @Nullable Limit known(Answer<Limit> answer) {
			return switch (answer) {
				case Answer.Given<Limit>(Limit set) -> set;
				case Answer.Refused<Limit> _ -> NONE;
				case Answer.NotAvailable<Limit> _, Answer.KeyNotAccepted<Limit> _ -> null;
			};
		}

		/** What a form to change it is filled from. */
		public String seen() {
			return set() ? Seen.of(cents(), this.period, this.enforcement) : Seen.of();
		}

		private @Nullable Long cents() {
			return (this.limitCents != null) ? this.limitCents : this.ceilingCents;
		}

		public boolean set() {
			return cents() != null;
		}

		public boolean hard() {
			return !"soft".equals(this.enforcement);
		}

		public String amount() {
			Long cents = cents();
			return (cents != null) ? Dollars.ofCents(cents) : "No limit";
		}

		/** As the form shows it. */
		public String editable() {
			return (cents() != null) ? amount().replace("$", "").replace(",", "") : "";
		}

		public @Nullable String spent() {
			return (this.spentNanos != null) ? Dollars.ofNanos(this.spentNanos) : null;
		}

		/** Whether this is the chosen one of a form's list. */
		public boolean per(String name) {
			return name.equals(this.period);
		}

	}

}
