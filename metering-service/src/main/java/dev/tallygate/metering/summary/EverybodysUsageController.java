package dev.tallygate.metering.summary;

import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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

	/** Stands in a cursor for calls that have no key of the group. */
	private static final String NO_KEY = "-";

	private final EverybodysUsage usage;

	EverybodysUsageController(EverybodysUsage usage) {
		this.usage = usage;
	}

	@GetMapping("/api/usage/summary")
	@Operation(summary = "A month's usage over everyone",
			description = "Grouped by user, provider, model, key, agent or tag:<name>, in the order of the group's key.")
	Page<GroupUsage> summary(@RequestParam(required = false) @Nullable String period,
			@RequestParam(required = false) @Nullable String groupBy,
			@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		UsagePeriod month = UsagePeriod.of(period, Optional.empty(), Instant.now());
		GroupBy by = GroupBy.of(groupBy);
		int size = PageLimit.of(limit);
		String after = Cursor.parse(cursor, (parts) -> groupKey(by, parts));
		Page<GroupUsage.GroupSums> page = Page.of(this.usage.byGroup(month, by, after, size + 1), size,
				(sums) -> Cursor.of(sums.groupKey().isEmpty() ? NO_KEY : sums.groupKey()));
		return new Page<>(page.data().stream().map((sums) -> GroupUsage.of(by, sums)).toList(), page.nextCursor());
	}

	/** Empty after the calls that have none, or what a group of this kind can be. */
	private static String groupKey(GroupBy by, List<String> parts) {
		String key = String.join("\n", parts);
		if (key.equals(NO_KEY)) {
			return "";
		}
		if (key.indexOf('\0') >= 0 || !key.startsWith("=")) {
			throw new IllegalArgumentException("no group key");
		}
		boolean isId = by instanceof GroupBy.User || by instanceof GroupBy.Key || by instanceof GroupBy.Agent;
		return isId ? "=" + UUID.fromString(key.substring(1)) : key;
	}

}
