package dev.tallygate.metering.audit;

import dev.tallygate.metering.summary.UsagePeriod;
import dev.tallygate.security.caller.AdminOnly;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The books' own check, for administrators.
 */
@RestController
@AdminOnly
class UsageAuditController {

	private final UsageAudits audits;

	UsageAuditController(UsageAudits audits) {
		this.audits = audits;
	}

	@GetMapping("/api/usage/audit")
	@Operation(summary = "Whether a month's books are whole",
			description = "Compares the ledger with what was summed up, and looks for gaps in what each gateway sent.")
	UsageAudit audit(@RequestParam(required = false) @Nullable String period) {
		return this.audits.of(UsagePeriod.of(period, Optional.empty(), Instant.now()).month());
	}

}
