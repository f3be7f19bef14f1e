package dev.tallygate.budgets.budget;

import dev.tallygate.budgets.budget.Budgets.Owned;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * Budgets over REST.
 */
@RestController
class BudgetController {

	private final Budgets budgets;

	BudgetController(Budgets budgets) {
		this.budgets = budgets;
	}

	@GetMapping("/api/users/{user}/budget")
	BudgetView get(@PathUser UserId user) {
		return view(user, this.budgets.standing(user));
	}

	@PatchMapping("/api/users/{user}/budget")
	BudgetView patch(@PathUser UserId user, Caller caller,
			@io.swagger.v3.oas.annotations.parameters.RequestBody(content = @Content(
					schema = @Schema(implementation = BudgetPatch.Document.class))) @RequestBody JsonNode body) {
		BudgetPatch patch = new BudgetPatch(body);
		if (patch.touchesCeiling() && !caller.isAdmin()) {
			throw new ProblemException(HttpStatus.FORBIDDEN, "forbidden",
					"Only an administrator may set ceilingCents. Leave it out.");
		}
		return view(user, this.budgets.change(user, patch::applyTo));
	}

	@GetMapping("/api/budgets")
	@AdminOnly
	Page<BudgetView> list(@RequestParam(required = false) @Nullable String state,
			@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		UserId after = Cursor.parse(cursor, (parts) -> UserId.parse(parts.getFirst()));
		Page<Owned> page = Page.of(this.budgets.page(state(state), after, most + 1), most,
				(owned) -> Cursor.of(owned.userId()));
		return new Page<>(page.data().stream().map((owned) -> BudgetView.of(owned.userId(), owned.standing())).toList(),
				page.nextCursor());
	}

	private static @Nullable BudgetState state(@Nullable String name) {
		if (name == null || name.isEmpty()) {
			return null;
		}
		BudgetState state = BudgetState.named(name);
		if (state == null) {
			throw ProblemException.invalidField("state", "must be one of " + BudgetState.wireNames());
		}
		return state;
	}

	private static BudgetView view(UserId user, @Nullable Standing standing) {
		if (standing == null) {
			throw ProblemException.notFound();
		}
		return BudgetView.of(user, standing);
	}

}
