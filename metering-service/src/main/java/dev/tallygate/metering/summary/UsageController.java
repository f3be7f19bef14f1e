package dev.tallygate.metering.summary;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import dev.tallygate.security.PathUser;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A user's own usage.
 */
@RestController
@RequestMapping("/api/users/{user}/usage")
class UsageController {

	private final UsageQueries queries;

	private final Standings standings;

	private final Clock clock = Clock.systemUTC();

	UsageController(UsageQueries queries, Standings standings) {
		this.queries = queries;
		this.standings = standings;
	}

	@GetMapping("/summary")
	@Operation(summary = "A month's usage by model and provider")
	UsageSummary summary(@PathUser UserId user, @RequestParam(required = false) @Nullable String period) {
		Instant now = this.clock.instant();
		Optional<BudgetStatus> standing = this.standings.of(user);
		UsagePeriod month = UsagePeriod.of(period, standing, now);
		return UsageSummary.of(user, month, this.queries.byModel(user, month),
				standing.map(BudgetStatus::limitCents).orElse(null), now);
	}

}
