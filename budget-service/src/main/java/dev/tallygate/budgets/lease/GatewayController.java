package dev.tallygate.budgets.lease;

import dev.tallygate.budgets.lease.Gateways.Gateway;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * For operators: the gateways that may have lines. One whose disk is gone keeps its lines
 * until the end of the period, or until an operator says that it will never come back.
 */
@RestController
@AdminOnly
class GatewayController {

	private final Gateways gateways;

	GatewayController(Gateways gateways) {
		this.gateways = gateways;
	}

	@GetMapping("/api/budgets/sources")
	Page<Gateway> list(@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		String after = Cursor.parse(cursor, List::getFirst);
		return Page.of(this.gateways.page((after != null) ? after : "", most + 1), most,
				(gateway) -> Cursor.of(gateway.source()));
	}

	@PostMapping("/api/budgets/sources/close")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void close(@RequestBody Closing body) {
		if (!this.gateways.close(Sources.check(body.source()))) {
			throw ProblemException.invalidField("source", "must be an open source of GET /api/budgets/sources");
		}
	}

	/** Which one. */
	record Closing(@Nullable String source) {

	}

}
