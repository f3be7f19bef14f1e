package dev.tallygate.metering.summary;

import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Everybody's usage, for administrators.
 */
@RestController
@AdminOnly
class EverybodysUsageController {

	private final UsageQueries queries;

	EverybodysUsageController(UsageQueries queries) {
		this.queries = queries;
	}

	@GetMapping("/api/usage/summary")
	@Operation(summary = "A month's usage over everyone",
			description = "Grouped by user, provider, model, key or agent, in the order of the group's key.")
	Page<GroupUsage> summary(@RequestParam(required = false) @Nullable String period,
			@RequestParam(required = false) @Nullable String groupBy,
			@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		UsagePeriod month = UsagePeriod.of(period, Optional.empty(), Instant.now());
		GroupBy by = GroupBy.of(groupBy);
		int size = PageLimit.of(limit);
		String after = Cursor.parse(cursor, EverybodysUsageController::groupKey);
		Page<GroupUsage.GroupSums> page = Page.of(
				this.queries.byGroup(month, by, (after != null) ? after : "", size + 1), size,
				(sums) -> Cursor.of(sums.groupKey()));
		return new Page<>(page.data().stream().map((sums) -> GroupUsage.of(by, sums)).toList(), page.nextCursor());
	}

	private static String groupKey(List<String> parts) {
		String key = parts.getFirst();
		if (key.indexOf('\0') >= 0) {
			throw new IllegalArgumentException("NUL");
		}
		return key;
	}

}
