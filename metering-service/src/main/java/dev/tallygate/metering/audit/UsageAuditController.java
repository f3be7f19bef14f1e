package dev.tallygate.metering.audit;

import dev.tallygate.metering.ledger.ArchivedMonths;
import dev.tallygate.metering.summary.UsagePeriod;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The books' own check, for administrators.
 */
@RestController
@AdminOnly
class UsageAuditController {

	private final UsageAudits audits;

	private final AuditPasses passes;

	private final ArchivedMonths archived;

	UsageAuditController(UsageAudits audits, AuditPasses passes, ArchivedMonths archived) {
		this.archived = archived;
		this.audits = audits;
		this.passes = passes;
	}

	@GetMapping("/api/usage/audit")
	@Operation(summary = "Whether a month's books are whole",
			description = "Compares the ledger with what was summed up, and looks for gaps in what each gateway sent.")
	UsageAudit audit(@RequestParam(required = false) @Nullable String period) {
		return this.audits.of(UsagePeriod.of(period, Optional.empty(), Instant.now()).month());
	}

	@PostMapping("/api/usage/audit/passes")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Compares every row of a month with the aggregates",
			description = "What was counted for earlier audits is counted again. Goes on behind; ask for its progress.")
	AuditPasses.Pass begin(@RequestBody Request request, @Parameter(hidden = true) Caller caller) {
		YearMonth month = UsagePeriod.of(request.period(), Optional.empty(), Instant.now()).month();
		this.archived.requireKept(month);
		return this.passes.begin(month, caller.userId());
	}

	@GetMapping("/api/usage/audit/passes/{id}")
	@Operation(summary = "How far a full pass has come")
	AuditPasses.Pass pass(@PathVariable UUID id) {
		return this.passes.find(id).orElseThrow(ProblemException::notFound);
	}

	/** Which month to look at; the current one when absent. */
	record Request(@Nullable String period) {

	}

}
