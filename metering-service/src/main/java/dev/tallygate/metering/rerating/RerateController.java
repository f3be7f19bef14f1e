package dev.tallygate.metering.rerating;

import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.ledger.ArchivedMonths;
import dev.tallygate.metering.summary.UsagePeriod;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import dev.tallygate.metering.ledger.LedgerReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/**
 * Corrects what a month's calls of a model cost, for administrators.
 */
@RestController
@AdminOnly
class RerateController {

	private static final int MAX_TEXT = 500;

	private static final Duration DRY_RUN_WAIT = Duration.ofSeconds(3);

	private static final Duration WAIT_STEP = Duration.ofMillis(50);

	private final PriceSource prices;

	private final RerateJobs jobs;

	private final RerateRunner runner;

	private final LedgerReader ledger;

	private final ArchivedMonths archived;

	RerateController(PriceSource prices, RerateJobs jobs, RerateRunner runner, LedgerReader ledger,
			ArchivedMonths archived) {
		this.archived = archived;
		this.prices = prices;
		this.jobs = jobs;
		this.runner = runner;
		this.ledger = ledger;
	}

	@PostMapping("/api/usage/rerate")
	@Operation(summary = "Re-rates a month's calls of a model under the prices in force, each as of its opening",
			description = "Calls that already cost what they should are left alone, so asking again changes nothing. "
					+ "With dryRun nothing is changed; the answer says how many calls, the difference, and by user.")
	ResponseEntity<RerateJob> rerate(@RequestBody Request request, @Parameter(hidden = true) Caller caller,
			@Parameter(hidden = true) @RequestHeader("Authorization") String authorization)
			throws InterruptedException {
		String month = text("period", request.period());
		UsagePeriod period = UsagePeriod.of(month, Optional.empty(), Instant.now());
		String model = text("model", request.model());
		String reason = text("reason", request.reason());
		this.archived.requireKept(period.month());
		boolean dryRun = Boolean.TRUE.equals(request.dryRun());
		PriceSource.Priced priced = this.prices.of(model, authorization,
				(name) -> this.jobs.providersOf(period.month(), name));
		List<String> others = this.ledger.otherModels(period.month(), priced.provider(), priced.model());
		PriceSource.Priced all = this.prices.with(priced, others, authorization);
		// Last of all: the answers of others took a while.
		this.archived.requireKept(period.month());
		this.archived.requireCorrectable(period.month(), priced.provider(), priced.model());
		RerateJob job = this.jobs.open(period.month(), all, reason, dryRun, caller.userId());
		this.runner.wake();
		if (dryRun) {
			job = awaitEnd(job);
		}
		return ResponseEntity.status((dryRun && job.isOver()) ? HttpStatus.OK : HttpStatus.ACCEPTED).body(job);
	}

	/** A dry run over few calls is told at once. */
	private RerateJob awaitEnd(RerateJob opened) throws InterruptedException {
		long end = System.nanoTime() + DRY_RUN_WAIT.toNanos();
		RerateJob job = opened;
		while (!job.isOver() && System.nanoTime() < end) {
			Thread.sleep(WAIT_STEP);
			job = this.jobs.find(opened.id()).orElse(job);
		}
		return job;
	}

	@GetMapping("/api/usage/jobs/{id}")
	@Operation(summary = "How far a re-rating has come")
	RerateJob job(@PathVariable String id) {
		return this.jobs.find(parse(id)).orElseThrow(ProblemException::notFound);
	}

	private static UUID parse(String id) {
		try {
			return UuidV7.parse(id);
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.notFound();
		}
	}

	private static String text(String field, @Nullable String value) {
		if (value == null || value.isBlank() || value.length() > MAX_TEXT || value.indexOf('\0') >= 0) {
			throw ProblemException.invalidField(field, "must be 1 to " + MAX_TEXT + " characters");
		}
		return value;
	}

	/**
	 * What to re-rate.
	 *
	 * @param period the month, such as 2026-11
	 * @param model as in {@code openai:gpt-4o-mini}
	 * @param reason why, kept with each correction
	 * @param dryRun whether only to say what would change; false when absent
	 */
	record Request(@Nullable String period, @Nullable String model, @Nullable String reason, @Nullable Boolean dryRun) {

	}

}
