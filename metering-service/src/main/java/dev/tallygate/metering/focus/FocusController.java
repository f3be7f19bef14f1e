package dev.tallygate.metering.focus;

import dev.tallygate.metering.ledger.ArchivedMonths;
import dev.tallygate.metering.summary.ApiKeys;
import dev.tallygate.metering.summary.Exports;
import dev.tallygate.metering.summary.UsagePeriod;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * A month for FinOps tools, for administrators.
 */
@RestController
@AdminOnly
class FocusController {

	/** So many users are read at once; between two reads no connection is held. */
	private static final int USERS = 20;

	private final FocusCharges charges;

	private final ApiKeys keys;

	private final Exports exports;

	private final ArchivedMonths archived;

	FocusController(FocusCharges charges, ApiKeys keys, Exports exports, ArchivedMonths archived) {
		this.archived = archived;
		this.charges = charges;
		this.keys = keys;
		this.exports = exports;
	}

	@GetMapping("/api/usage/focus")
	@Operation(summary = "A month as FOCUS 1.2 (CSV)",
			description = "One row per day, user, key, model and meter. A correction of a month that was over when it "
					+ "came is in the month it came in, as ChargeClass Correction. "
					+ "partial=true tells the rest of a month of which calls have left with an archived neighbour.")
	void focus(@RequestParam(required = false) @Nullable String period,
			@RequestParam(defaultValue = "false") boolean partial, @Parameter(hidden = true) Caller caller,
			@Parameter(hidden = true) HttpServletResponse response) throws IOException {
		YearMonth month = UsagePeriod.of(period, Optional.empty(), Instant.now()).month();
		require(month, partial);
		try (Exports.Running _ = this.exports.begin(caller.userId())) {
			response.setContentType("text/csv;charset=UTF-8");
			response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"focus-" + month + ".csv\"");
			Writer out = new BufferedWriter(new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8));
			write(month, new FocusCsv(out, month, (charge) -> this.keys.nameOf(charge.apiKeyId())));
			// What left meanwhile is not in it: better broken off than whole in looks.
			require(month, partial);
			out.flush();
		}
	}

	private void require(YearMonth month, boolean partial) {
		this.archived.requireKept(month);
		if (!partial) {
			this.archived.requireWhole(month);
			this.archived.requireCorrections(month);
		}
	}

	private void write(YearMonth month, FocusCsv csv) throws IOException {
		UUID after = new UUID(0, 0);
		List<UUID> users = this.charges.users(month, after, USERS);
		while (!users.isEmpty()) {
			for (FocusCharge charge : this.charges.of(month, after, users.getLast())) {
				csv.line(charge);
			}
			after = users.getLast();
			users = this.charges.users(month, after, USERS);
		}
		for (FocusCharge charge : this.charges.late(month)) {
			csv.line(charge);
		}
	}

}
