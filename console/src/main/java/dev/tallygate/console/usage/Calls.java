package dev.tallygate.console.usage;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.Moments;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A page of calls, newest first, as metering-service lists them.
 */
record Calls(@Nullable List<Call> data, @Nullable String nextCursor) {

	public List<Call> calls() {
		return (this.data != null) ? this.data : List.of();
	}

	/** Such as {@code cache read} and {@code service tier}. */
	private static String words(@Nullable String name) {
		return String.valueOf(name).replace('_', ' ').replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
	}

	/**
	 * One settled call.
	 *
	 * @param costNanos null where no part of it has a price
	 * @param unpricedMeters what has no price; the cost is for the rest
	 */
	record Call(@Nullable String callId, @Nullable String apiKeyId, @Nullable String agentId,
			@Nullable String conversationId, @Nullable String provider, @Nullable String requestModel,
			@Nullable String model, @Nullable String operation, @Nullable Map<String, String> tags, boolean streamed,
			@Nullable String credential, @Nullable String status, @Nullable String usageSource,
			@Nullable Long inputTokens, @Nullable Long cacheReadInputTokens, @Nullable Long cacheWriteInputTokens,
			@Nullable Long outputTokens, @Nullable Long reasoningOutputTokens, @Nullable Map<String, Long> quantities,
			@Nullable Map<String, Object> basis, @Nullable List<Charge> charges, @Nullable List<String> unpricedMeters,
			@Nullable Long costNanos, boolean priced, @Nullable String priceVersion, @Nullable Instant startedAt,
			@Nullable Instant finishedAt, @Nullable Long timeToFirstByteMillis, @Nullable Integer attempts,
			@Nullable Integer httpStatus) {

		public String at() {
			return (this.startedAt != null) ? Moments.second(this.startedAt) : "–";
		}

		/** Never $0.00 for what has no price. */
		public String cost() {
			if (this.costNanos == null) {
				return "no price";
			}
			return Dollars.ofNanos(this.costNanos) + (partly() ? " +" : "");
		}

		public boolean partly() {
			return this.priced && this.unpricedMeters != null && !this.unpricedMeters.isEmpty();
		}

		public boolean unpriced() {
			return this.costNanos == null && !"failed".equals(this.status);
		}

		public boolean estimated() {
			return "estimated".equals(this.usageSource);
		}

		public String in() {
			return count(this.inputTokens);
		}

		public String out() {
			return count(this.outputTokens);
		}

		public String cached() {
			return count(this.cacheReadInputTokens);
		}

		public String reasoning() {
			return count(this.reasoningOutputTokens);
		}

		private static String count(@Nullable Long number) {
			return (number != null) ? Dollars.count(number) : "not reported";
		}

		public String statusText() {
			return switch (String.valueOf(this.status)) {
				case "completed" -> "completed";
				case "failed" -> "failed before an answer, free of charge";
				case "client_disconnected" -> "you left in the middle";
				case "interrupted" -> "interrupted by the provider or a limit";
				case "abandoned" -> "the gateway ended; charged as far as it is known";
				default -> String.valueOf(this.status);
			};
		}

		/** Whose account paid. */
		public String payer() {
			return switch (String.valueOf(this.credential)) {
				case "user" -> "your own provider key";
				case "system" -> "the operator’s key, in credits";
				default -> "nobody: the provider needs no key";
			};
		}

		/** The basis in words, each only where it differs from the plain one. */
		public List<String> basisWords() {
			List<String> words = new ArrayList<>();
			if (this.basis != null) {
				this.basis.forEach((name, value) -> words.add(words(name) + ": " + value));
			}
			return words;
		}

		public List<String> tagWords() {
			return (this.tags == null) ? List.of()
					: this.tags.entrySet().stream().map((tag) -> tag.getKey() + "=" + tag.getValue()).sorted().toList();
		}

	}

	/**
	 * What one meter of a call cost.
	 *
	 * @param priceNanos nano-USD per million
	 * @param multiplier such as {@code 11/10}; null for once
	 */
	record Charge(@Nullable String meter, long quantity, @Nullable Long priceNanos, @Nullable Object multiplier,
			long costNanos) {

		public String count() {
			return Dollars.count(this.quantity);
		}

		/** Per million. */
		public String price() {
			return (this.priceNanos != null) ? Dollars.ofNanos(this.priceNanos) : "–";
		}

		public String times() {
			return (this.multiplier != null) ? "× " + this.multiplier : "";
		}

		public String cost() {
			return Dollars.ofNanos(this.costNanos);
		}

		/** The meter in words. */
		public String name() {
			return words(this.meter);
		}

	}

	/**
	 * All about one call.
	 *
	 * @param event the call as it was settled
	 * @param charges by meter, as they were then
	 * @param corrections what was changed since
	 * @param costNanos what it costs with all corrections; null where it has no price
	 * @param priced whether it has one by now
	 */
	record Detail(@Nullable Call event, @Nullable List<Charge> charges, @Nullable List<Correction> corrections,
			@Nullable Long costNanos, boolean priced, @Nullable List<String> unpricedMeters) {

		@Nullable Call settled() {
			return this.event;
		}

		/** The latest that is known: the last correction's, else the call's own. */
		public List<Charge> lines() {
			if (!changes().isEmpty() && changes().getLast().charges() != null) {
				return List.copyOf(changes().getLast().charges());
			}
			return (this.charges != null) ? this.charges : List.of();
		}

		public List<Correction> changes() {
			return (this.corrections != null) ? this.corrections : List.of();
		}

		/** What has no price, in words. */
		public List<String> withoutPrice() {
			return (this.unpricedMeters != null) ? this.unpricedMeters.stream().map(Calls::words).toList() : List.of();
		}

		public boolean partly() {
			return this.costNanos != null && !withoutPrice().isEmpty();
		}

		public boolean unpriced() {
			return this.costNanos == null && settled() != null && !"failed".equals(settled().status());
		}

		/** Never $0.00 for what has no price. */
		public String cost() {
			if (this.costNanos == null) {
				return unpriced() ? "no price" : Dollars.ofNanos(0);
			}
			return Dollars.ofNanos(this.costNanos) + (partly() ? " +" : "");
		}

	}

	/**
	 * A later correction of a call's cost.
	 */
	record Correction(@Nullable String reason, @Nullable Long deltaNanos, @Nullable String priceVersion,
			@Nullable Instant recordedAt, @Nullable List<Charge> charges) {

		public String delta() {
			return (this.deltaNanos != null) ? Dollars.ofNanos(this.deltaNanos) : "–";
		}

		public String at() {
			return (this.recordedAt != null) ? Moments.minute(this.recordedAt, ZoneOffset.UTC) : "";
		}

	}

}
