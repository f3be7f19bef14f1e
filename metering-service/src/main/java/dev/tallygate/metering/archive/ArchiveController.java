package dev.tallygate.metering.archive;

import dev.tallygate.messaging.CallWindow;
import dev.tallygate.metering.summary.UsagePeriod;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes closed months out of the ledger, for administrators.
 */
@RestController
@RequestMapping("/api/usage/archives")
@AdminOnly
class ArchiveController {

	private final Archives archives;

	private final ArchiveRunner runner;

	private final ArchiveProperties properties;

	ArchiveController(Archives archives, ArchiveRunner runner, ArchiveProperties properties) {
		this.archives = archives;
		this.runner = runner;
		this.properties = properties;
	}

	@PostMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Moves a closed month's calls into a Parquet file",
			description = "Written, read back, compared with the aggregates and told to the audit chain before anything is "
					+ "dropped. Sums answer as before. Goes on behind; ask for its progress.")
	Archive archive(@RequestBody Request request, @Parameter(hidden = true) Caller caller) {
		if (request.period() == null) {
			throw ProblemException.invalidField("period", "is missing");
		}
		YearMonth month = UsagePeriod.of(request.period(), Optional.empty(), Instant.now()).month();
		Instant end = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
		if (end.plus(CallWindow.CLOSED).isAfter(Instant.now())) {
			throw ProblemException.invalidField("period", "must have ended " + CallWindow.CLOSED.toDays()
					+ " days ago or longer: calls of it may still come");
		}
		if (this.properties.directory() == null) {
			throw new ProblemException(HttpStatus.CONFLICT, "archive_not_configured",
					"No folder for archived months is configured: set TALLYGATE_ARCHIVE_DIRECTORY at metering-service.");
		}
		if (!this.archives.isInLedger(month)) {
			throw ProblemException.notFound();
		}
		Archive archive = this.archives.ask(month, caller.userId().value());
		this.runner.wake();
		return archive;
	}

	@GetMapping
	@Operation(summary = "The months that have left the ledger or are about to, newest first")
	Page<Archive> archives(@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int size = PageLimit.of(limit);
		YearMonth before = Cursor.parse(cursor, Cursor::month);
		return Page.of(this.archives.page(before, size + 1), size, (archive) -> Cursor.of(archive.month()));
	}

	/** Which month, such as 2025-01. */
	record Request(@Nullable String period) {

	}

}
