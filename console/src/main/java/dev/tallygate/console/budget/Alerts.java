package dev.tallygate.console.budget;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import dev.tallygate.console.services.PathName;
import dev.tallygate.events.NanoUsd;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of alerts, newest first, as budget-service lists them.
 */
public record Alerts(@Nullable List<Alert> data, @Nullable String nextCursor) {

	public List<Alert> alerts() {
		return (this.data != null) ? this.data : List.of();
	}

	/** The refusal with this id, if it is on this page. */
	@Nullable Alert refusal(String id) {
		return alerts().stream().filter((alert) -> alert.refusal() && id.equals(alert.id())).findFirst().orElse(null);
	}

	/**
	 * One alert.
	 *
	 * @param type such as {@code budget.exceeded}
	 * @param threshold per cent of the limit; null where it is not about one
	 * @param neededNanos what a refused call needed, nano-USD
	 * @param leftNanos what was left of the limit then, nano-USD
	 * @param heldNanos what open calls held of it then, nano-USD
	 * @param largestMaxTokens what would have fitted; null where nothing would
	 * @param resetsAt when the limit starts anew; null where it never does
	 * @param deliveries the attempts to tell webhooks
	 */
	public record Alert(@Nullable String id, @Nullable String userId, @Nullable String type, @Nullable String period,
			@Nullable Integer threshold, @Nullable String limit, @Nullable Long limitCents, @Nullable Long spentNanos,
			@Nullable Long neededNanos, @Nullable Long leftNanos, @Nullable Long heldNanos,
			@Nullable Long largestMaxTokens, @Nullable Instant resetsAt, @Nullable String apiKeyId,
			@Nullable String provider, @Nullable String model, @Nullable Instant triggeredAt,
			@Nullable List<Delivery> deliveries) {

		/** What happened, in a sentence. */
		public String sentence() {
			String of = (this.limitCents != null) ? " of " + Dollars.ofCents(this.limitCents) : "";
			return switch (String.valueOf(this.type)) {
				case "budget.threshold-crossed" ->
					((this.threshold != null) ? this.threshold + " % of the limit" : "A threshold") + of
							+ " was reached";
				case "budget.exceeded" -> "The limit" + of + " was reached";
				case "budget.call-refused" ->
					"A call was refused: it needed up to " + money(this.neededNanos) + ", " + left() + " was left" + of;
				case "credits.exhausted" -> "The credits are used up";
				case "model.unpriced", "model.without-price" -> "A model without a price was called: " + this.model;
				case "system-key.rejected" -> "A provider does not take the operator’s key: " + this.provider;
				case "calls.repeating" -> "A program sent the same prompt again and again";
				default -> String.valueOf(this.type);
			};
		}

		/** Which limit it is about, in words. */
		public @Nullable String limitText() {
			return switch (this.limit) {
				case null -> null;
				case "budget", "user" -> "your own monthly limit";
				case "ceiling" -> "the ceiling an administrator set for you";
				case "credits" -> "your credits";
				case "key" -> "the key’s own limit";
				case "default" -> "the ceiling of everyone without one";
				case "installation" -> "the limit of the whole installation";
				default -> this.limit;
			};
		}

		public @Nullable String needed() {
			return (this.neededNanos != null) ? "up to " + Dollars.ofNanos(this.neededNanos) : null;
		}

		/** Whether it is about money that was spent. */
		public boolean ofSpend() {
			return this.spentNanos != null && this.limitCents != null && this.limitCents > 0;
		}

		public boolean refusal() {
			return "budget.call-refused".equals(this.type);
		}

		public String at() {
			return (this.triggeredAt != null) ? Moments.minute(this.triggeredAt, ZoneOffset.UTC) : "–";
		}

		public String spent() {
			return money(this.spentNanos);
		}

		/** Who can raise the limit; null where it is not told which it is. */
		public @Nullable String raisedBy() {
			return switch (this.limit) {
				case null -> null;
				case "budget", "user" -> "you, on the budget page";
				case "key" -> "you, on the key’s page";
				case "credits" -> "an administrator, who can grant more";
				default -> "an administrator";
			};
		}

		/** What open calls held then; null where they held nothing. */
		public @Nullable String held() {
			return (this.heldNanos != null && this.heldNanos > 0) ? Dollars.ofNanos(this.heldNanos) : null;
		}

		/**
		 * What would have fitted, in words; null where it is not told or nothing would.
		 */
		public @Nullable String fits() {
			return (this.largestMaxTokens != null && this.largestMaxTokens > 0)
					? "max_tokens up to " + Dollars.count(this.largestMaxTokens) : null;
		}

		public @Nullable String resets() {
			return (this.resetsAt != null) ? Moments.minute(this.resetsAt, ZoneOffset.UTC) : null;
		}

		/** Whether the limit is one of a key that has a page of its own. */
		public boolean ofKey() {
			return "key".equals(this.limit) && PathName.canBe(this.apiKeyId);
		}

		/** What was left of the limit. */
		public String left() {
			if (this.leftNanos != null) {
				return Dollars.ofNanos(this.leftNanos);
			}
			return (this.limitCents != null && this.spentNanos != null)
					? Dollars.ofNanos(Math.max(0, NanoUsd.ofCents(this.limitCents).value() - this.spentNanos))
					: "an unknown amount";
		}

		private static String money(@Nullable Long nanos) {
			return (nanos != null) ? Dollars.ofNanos(nanos) : "an unknown amount";
		}

		/** How its webhooks did. */
		public String told() {
			if (this.deliveries == null || this.deliveries.isEmpty()) {
				return "shown here";
			}
			long all = this.deliveries.stream().map(Delivery::deliveryId).distinct().count();
			long well = this.deliveries.stream()
				.filter(Delivery::delivered)
				.map(Delivery::deliveryId)
				.distinct()
				.count();
			return well + " of " + all + " delivered";
		}

	}

	/**
	 * An attempt to tell a webhook.
	 *
	 * @param state of the delivery: waiting, delivered, failed
	 */
	public record Delivery(@Nullable String deliveryId, @Nullable Integer status, @Nullable String state,
			@Nullable Instant attemptedAt) {

		boolean delivered() {
			return "delivered".equals(this.state);
		}

	}

}
