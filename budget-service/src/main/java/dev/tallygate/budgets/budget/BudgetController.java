package dev.tallygate.budgets.budget;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Accounts;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.budgets.account.Budget;
import dev.tallygate.budgets.account.BudgetState;
import dev.tallygate.budgets.account.PeriodSpend;
import dev.tallygate.budgets.audit.AuditTrail;
import dev.tallygate.budgets.known.OwnedKeys;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.AdminOnly;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.YearMonth;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
class BudgetController implements UserInPath {

	private final Books books;

	private final Accounts accounts;

	private final OwnedKeys known;

	private final AuditTrail audit;

	BudgetController(Books books, Accounts accounts, OwnedKeys known, AuditTrail audit) {
		this.books = books;
		this.accounts = accounts;
		this.known = known;
		this.audit = audit;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		this.known.require(user, caller);
	}

	@GetMapping("/api/users/{user}/budget")
	BudgetView get(@PathUser UserId user, Caller caller) {
		this.known.require(user, caller);
		return view(this.books.read(user));
	}

	@PatchMapping("/api/users/{user}/budget")
	BudgetView patch(@PathUser UserId user, Caller caller,
			@io.swagger.v3.oas.annotations.parameters.RequestBody(content = @Content(
					schema = @Schema(implementation = BudgetPatch.Document.class))) @RequestBody JsonNode body) {
		BudgetPatch patch = new BudgetPatch(new LimitBody(body));
		if (patch.touchesCeiling() && !caller.isAdmin()) {
			throw new ProblemException(HttpStatus.FORBIDDEN, ErrorCode.FORBIDDEN,
					"Only an administrator may set ceilingCents. Leave it out.");
		}
		return view(this.books.change(user, (account) -> change(account, patch, caller)));
	}

	private Account change(Account account, BudgetPatch patch, Caller caller) {
		Budget before = account.budget();
		Budget after = patch.applyTo(before);
		account.change(after);
		if (!after.equals(before)) {
			this.audit.append("budget.changed", caller, Map.of("userId", account.userId().toString()), told(before),
					told(after));
		}
		return account;
	}

	private static Map<String, Object> told(Budget budget) {
		Map<String, Object> told = new LinkedHashMap<>();
		told.put("monthlyBudgetCents", budget.monthlyCents());
		told.put("ceilingCents", budget.ceilingCents());
		told.put("enforcement", budget.enforcement().name().toLowerCase(java.util.Locale.ROOT));
		told.put("thresholds", budget.thresholds().percents().toString());
		told.put("timeZone", budget.timeZone().getId());
		return told;
	}

	/** What was spent in each period, the latest first. */
	@GetMapping("/api/users/{user}/budget/history")
	Page<PeriodView> history(@PathUser UserId user, @RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		YearMonth before = Cursor.parse(cursor, Cursor::month);
		Page<PeriodSpend> page = Page.of(this.accounts.history(user, before, most + 1), most,
				(spend) -> Cursor.of(spend.month()));
		return new Page<>(page.data().stream().map(PeriodView::of).toList(), page.nextCursor());
	}

	@GetMapping("/api/budgets")
	@AdminOnly
	Page<BudgetView> list(@RequestParam(required = false) @Nullable String state,
			@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		UserId after = Cursor.parse(cursor, (parts) -> UserId.parse(parts.getFirst()));
		Page<UserId> page = Page.of(this.accounts.page(state(state), after, most + 1), most, Cursor::of);
		List<BudgetView> views = this.books.readAll(page.data())
			.stream()
			.map((account) -> BudgetView.of(account.userId(), account.standing()))
			.toList();
		return new Page<>(views, page.nextCursor());
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

	private static BudgetView view(@Nullable Account account) {
		if (account == null) {
			throw ProblemException.notFound();
		}
		return BudgetView.of(account.userId(), account.standing());
	}

	/**
	 * A period as REST answers it, under the limit it had when it was last current.
	 */
	record PeriodView(String period, @Nullable Long limitCents, long spentNanos, String spentUsd, BudgetState state) {

		static PeriodView of(PeriodSpend spend) {
			Long cents = spend.limitCents();
			return new PeriodView(spend.month().toString(), cents, spend.spent().value(), spend.spent().toUsd(),
					BudgetState.of(spend.spent(), (cents != null) ? NanoUsd.ofCents(cents) : null));
		}

	}

}
