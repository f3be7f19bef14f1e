package dev.tallygate.metering.rerating;

import dev.tallygate.events.UuidV7;
import dev.tallygate.metering.summary.UsagePeriod;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Corrects what a month's calls of a model cost, for administrators.
 */
@RestController
@AdminOnly
class RerateController {

	private static final int MAX_TEXT = 500;

	private final PriceSource prices;

	private final RerateJobs jobs;

	RerateController(PriceSource prices, RerateJobs jobs) {
		this.prices = prices;
		this.jobs = jobs;
	}

	@PostMapping("/api/usage/rerate")
	@ResponseStatus(HttpStatus.ACCEPTED)
	@Operation(summary = "Re-rates a month's calls of a model under the price in force",
			description = "Calls that already cost what they should are left alone, so asking again changes nothing.")
	RerateJob rerate(@RequestBody Request request, @Parameter(hidden = true) Caller caller,
			@Parameter(hidden = true) @RequestHeader("Authorization") String authorization) {
		String month = text("period", request.period());
		UsagePeriod period = UsagePeriod.of(month, Optional.empty(), Instant.now());
		String model = text("model", request.model());
		String reason = text("reason", request.reason());
		return this.jobs.open(period.month(), this.prices.of(model, authorization), reason, caller.userId());
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
	 */
	record Request(@Nullable String period, @Nullable String model, @Nullable String reason) {

	}

}
