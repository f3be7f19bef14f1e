package dev.tallygate.budgets.alert;

import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Alerts over REST, the latest first.
 */
@RestController
class AlertController {

	private final Alerts alerts;

	AlertController(Alerts alerts) {
		this.alerts = alerts;
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
		return new Page<>(page.data().stream().map(AlertView::of).toList(), page.nextCursor());
	}

	/**
	 * An alert as REST answers it. {@code threshold} is null where the alert has none;
	 * {@code deliveries} are its deliveries to webhooks.
	 */
	record AlertView(UUID id, UserId userId, String type, String period, @Nullable Integer threshold, long limitCents,
			long spentNanos, String spentUsd, Instant triggeredAt, List<Object> deliveries) {

		static AlertView of(BudgetAlert alert) {
			Integer threshold = (alert instanceof BudgetAlert.ThresholdCrossed crossed) ? crossed.threshold() : null;
			return new AlertView(alert.id(), alert.userId(), AlertType.of(alert).wireName(), alert.period().toString(),
					threshold, alert.limitCents(), alert.spentNanos().value(), alert.spentNanos().toUsd(),
					alert.triggeredAt(), List.of());
		}

	}

}
