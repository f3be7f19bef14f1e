package dev.tallygate.metering.summary;

import dev.tallygate.metering.ledger.ArchivedMonths;
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
 * What was used without a price, for administrators.
 */
@RestController
@AdminOnly
class UnpricedUsageController {

	private final UnpricedUsage usage;

	private final ArchivedMonths archived;

	UnpricedUsageController(UnpricedUsage usage, ArchivedMonths archived) {
		this.usage = usage;
		this.archived = archived;
	}

	@GetMapping("/api/usage/unpriced")
	@Operation(summary = "A month's models and meters without a price, with calls and tokens",
			description = "partial=true tells the rest of a month of which calls have left with an archived neighbour.")
	Page<UnpricedUsage.Unpriced> unpriced(@RequestParam(required = false) @Nullable String period,
			@RequestParam(defaultValue = "false") boolean partial,
			@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		UsagePeriod month = UsagePeriod.of(period, Optional.empty(), Instant.now());
		this.archived.requireKept(month.month());
		if (!partial) {
			this.archived.requireUnpriced(month.month());
		}
		int size = PageLimit.of(limit);
		List<String> after = Cursor.parse(cursor, UnpricedUsageController::place);
		return Page.of(this.usage.of(month, after, size + 1), size,
				(each) -> Cursor.of(each.provider(), each.model(), (each.meter() != null) ? each.meter() : ""));
	}

	private static List<String> place(List<String> parts) {
		if (parts.size() != 3 || parts.stream().anyMatch((part) -> part.indexOf('\0') >= 0)) {
			throw new IllegalArgumentException("no place");
		}
		return parts;
	}

}
