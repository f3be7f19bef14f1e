package dev.tallygate.budgets.alert;

import dev.tallygate.budgets.alert.Deliveries.Delivery;
import dev.tallygate.budgets.known.OwnedKeys;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetAlert.CallRefused;
import dev.tallygate.events.BudgetAlert.Exceeded;
import dev.tallygate.events.BudgetAlert.ModelUnpriced;
import dev.tallygate.events.BudgetAlert.SystemKeyRejected;
import dev.tallygate.events.BudgetAlert.ThresholdCrossed;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Alerts over REST, the latest first.
 */
@RestController
class AlertController implements UserInPath {

	private final Alerts alerts;

	private final Deliveries deliveries;

	private final OwnedKeys known;

	AlertController(Alerts alerts, Deliveries deliveries, OwnedKeys known) {
		this.deliveries = deliveries;
		this.alerts = alerts;
		this.known = known;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		this.known.require(user, caller);
	}

	@GetMapping("/api/users/{user}/alerts")
	Page<AlertView> ofUser(@PathUser UserId user, @RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		return page(user, cursor, limit);
	}

	@GetMapping("/api/alerts")
	@AdminOnly
	Page<AlertView> all(@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		return page(null, cursor, limit);
	}

	private Page<AlertView> page(@Nullable UserId user, @Nullable String cursor, @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		UUID before = Cursor.parse(cursor, (parts) -> UuidV7.parse(parts.getFirst()));
		Page<BudgetAlert> page = Page.of(this.alerts.page(user, before, most + 1), most,
				(alert) -> Cursor.of(alert.id()));
		Map<UUID, List<Delivery>> deliveries = this.deliveries
			.ofAlerts(page.data().stream().map(BudgetAlert::id).toList());
		return new Page<>(page.data()
			.stream()
			.map((alert) -> AlertView.of(alert, deliveries.getOrDefault(alert.id(), List.of())))
			.toList(), page.nextCursor());
	}

	/**
	 * An alert as REST answers it; {@code userId} is null where it is about the
	 * installation. Null is whatever the alert does not have: {@code limit} the limit's
	 * kind, {@code window} the key budget's own period, {@code neededNanos} what a
	 * refused call needed, {@code leftNanos} and {@code heldNanos} what was left of the
	 * limit then and what open calls held, {@code largestMaxTokens} what would have
	 * fitted, {@code resetsAt} when the limit starts anew. {@code deliveries} are the
	 * attempts to tell webhooks of it.
	 */
	record AlertView(UUID id, @Nullable UserId userId, String type, String period, @Nullable Integer threshold,
			long limitCents, long spentNanos, String spentUsd, Instant triggeredAt, @Nullable Limit limit,
			@Nullable ApiKeyId apiKeyId, @Nullable String window, @Nullable NanoUsd neededNanos,
			@Nullable String neededUsd, @Nullable NanoUsd leftNanos, @Nullable String leftUsd,
			@Nullable NanoUsd heldNanos, @Nullable String heldUsd, @Nullable Long largestMaxTokens,
			@Nullable Instant resetsAt, @Nullable String provider, @Nullable String model, List<Delivery> deliveries) {

		static AlertView of(BudgetAlert alert, List<Delivery> deliveries) {
			UserId user = alert.userId().equals(UserId.NOBODY) ? null : alert.userId();
			CallRefused refused = (alert instanceof CallRefused it) ? it : null;
			NanoUsd needed = (refused != null) ? refused.neededNanos() : null;
			NanoUsd left = (refused != null) ? refused.leftNanos() : null;
			NanoUsd held = (refused != null) ? refused.heldNanos() : null;
			return new AlertView(alert.id(), user, AlertType.of(alert).wireName(), alert.period().toString(),
					(alert instanceof ThresholdCrossed crossed) ? crossed.threshold() : null, alert.limitCents(),
					alert.spentNanos().value(), alert.spentNanos().toUsd(), alert.triggeredAt(), alert.limit(),
					alert.apiKeyId(), window(alert), needed, usd(needed), left, usd(left), held, usd(held),
					(refused != null) ? refused.largestMaxTokens() : null,
					(refused != null) ? refused.resetsAt() : null, provider(alert),
					(alert instanceof ModelUnpriced unpriced) ? unpriced.model() : null, deliveries);
		}

		private static @Nullable String usd(@Nullable NanoUsd amount) {
			return (amount != null) ? amount.toUsd() : null;
		}

		private static @Nullable String window(BudgetAlert alert) {
			return switch (alert) {
				case ThresholdCrossed crossed -> crossed.window();
				case Exceeded exceeded -> exceeded.window();
				default -> null;
			};
		}

		private static @Nullable String provider(BudgetAlert alert) {
			return switch (alert) {
				case ModelUnpriced unpriced -> unpriced.provider();
				case SystemKeyRejected rejected -> rejected.provider();
				default -> null;
			};
		}

	}

}
