package dev.tallygate.budgets.budget;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Accounts;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.budgets.account.BudgetState;
import dev.tallygate.budgets.account.KeyBudget;
import dev.tallygate.budgets.account.Standing;
import dev.tallygate.budgets.account.Thresholds;
import dev.tallygate.budgets.audit.AuditTrail;
import dev.tallygate.budgets.known.OwnedKeys;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.BudgetStatus.Enforcement;
import dev.tallygate.events.BudgetStatus.KeyPeriod;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import dev.tallygate.security.paging.Cursor;
import dev.tallygate.security.paging.Page;
import dev.tallygate.security.paging.PageLimit;
import dev.tallygate.security.problem.ProblemException;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/**
 * Budgets of single API keys over REST. A key that is not the user's is none.
 */
@RestController
class KeyBudgetController implements UserInPath {

	private static final Set<String> FIELDS = Set.of("limitCents", "period", "enforcement", "thresholds");

	private final Books books;

	private final Accounts accounts;

	private final OwnedKeys known;

	private final AuditTrail audit;

	KeyBudgetController(Books books, Accounts accounts, OwnedKeys known, AuditTrail audit) {
		this.books = books;
		this.accounts = accounts;
		this.known = known;
		this.audit = audit;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		String key = path.get("key");
		if (key != null) {
			owned(user, key, caller);
		}
		else {
			this.known.require(user, caller);
		}
	}

	/** The budgets of all keys that have one, in the order of the keys' ids. */
	@GetMapping("/api/users/{user}/keys/budgets")
	Page<KeyBudgetView> list(@PathUser UserId user, @RequestParam(required = false) @Nullable String cursor,
			@RequestParam(required = false) @Nullable Integer limit) {
		int most = PageLimit.of(limit);
		ApiKeyId after = Cursor.parse(cursor, (parts) -> ApiKeyId.parse(parts.getFirst()));
		Account account = this.books.read(user);
		if (account == null) {
			throw ProblemException.notFound();
		}
		return Page.of(account.keys()
			.stream()
			.filter((each) -> after == null || each.key().value().compareTo(after.value()) > 0)
			.limit(most + 1L)
			.map((each) -> KeyBudgetView.of(account, each))
			.toList(), most, (view) -> Cursor.of(view.apiKeyId()));
	}

	@GetMapping("/api/users/{user}/keys/{key}/budget")
	KeyBudgetView get(@PathUser UserId user, @PathVariable String key, Caller caller) {
		ApiKeyId id = owned(user, key, caller);
		Account account = this.books.read(user);
		KeyBudget budget = (account != null) ? find(account, id) : null;
		if (account == null || budget == null) {
			throw ProblemException.notFound();
		}
		return KeyBudgetView.of(account, budget);
	}

	@PutMapping("/api/users/{user}/keys/{key}/budget")
	KeyBudgetView put(@PathUser UserId user, @PathVariable String key, Caller caller,
			@io.swagger.v3.oas.annotations.parameters.RequestBody(
					content = @Content(schema = @Schema(implementation = Document.class))) @RequestBody JsonNode json) {
		ApiKeyId id = owned(user, key, caller);
		LimitBody body = new LimitBody(json).only(FIELDS);
		KeyBudget wanted = new KeyBudget(id, body.amount("limitCents"), body.period(),
				body.enforcement(Enforcement.HARD), body.thresholds(Thresholds.DEFAULT), NanoUsd.ZERO);
		KeyBudgetView view = this.books.change(user, (account) -> change(account, wanted, caller));
		if (view == null) {
			throw ProblemException.notFound();
		}
		return view;
	}

	private KeyBudgetView change(Account account, KeyBudget wanted, Caller caller) {
		KeyBudget before = find(account, wanted.key());
		KeyBudget after = wanted
			.withSpent(this.accounts.keySpent(account.userId(), wanted, account.period(), account.now()));
		account.change(after);
		this.accounts.saveKey(account.userId(), after);
		Map<String, Object> old = (before != null) ? told(before) : null;
		if (!told(after).equals(old)) {
			this.audit.append("key-budget.changed", caller, subject(account.userId(), wanted.key()), old, told(after));
		}
		return KeyBudgetView.of(account, after);
	}

	@DeleteMapping("/api/users/{user}/keys/{key}/budget")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void delete(@PathUser UserId user, @PathVariable String key, Caller caller) {
		ApiKeyId id = owned(user, key, caller);
		Boolean removed = this.books.change(user, (account) -> remove(account, id, caller));
		if (!Boolean.TRUE.equals(removed)) {
			throw ProblemException.notFound();
		}
	}

	private boolean remove(Account account, ApiKeyId key, Caller caller) {
		KeyBudget before = find(account, key);
		if (before == null) {
			return false;
		}
		account.removeKey(key);
		this.accounts.deleteKey(account.userId(), key);
		this.audit.append("key-budget.removed", caller, subject(account.userId(), key), told(before), null);
		return true;
	}

	private ApiKeyId owned(UserId user, String key, Caller caller) {
		ApiKeyId id;
		try {
			id = ApiKeyId.parse(key);
		}
		catch (IllegalArgumentException ex) {
			throw ProblemException.notFound();
		}
		boolean callersOwn = caller.userId().equals(user) && id.equals(caller.apiKeyId());
		if (!callersOwn && !this.known.isOf(user, id)) {
			throw ProblemException.notFound();
		}
		return id;
	}

	private static @Nullable KeyBudget find(Account account, ApiKeyId key) {
		return account.keys().stream().filter((each) -> each.key().equals(key)).findFirst().orElse(null);
	}

	private static Map<String, Object> subject(UserId user, ApiKeyId key) {
		return Map.of("userId", user.toString(), "keyId", key.toString());
	}

	private static Map<String, Object> told(KeyBudget budget) {
		Map<String, Object> told = new LinkedHashMap<>();
		told.put("limitCents", budget.limitCents());
		told.put("period", budget.kind().name().toLowerCase(Locale.ROOT));
		told.put("enforcement", budget.enforcement().name().toLowerCase(Locale.ROOT));
		told.put("thresholds", budget.thresholds().percents().toString());
		return told;
	}

	/**
	 * What a PUT takes, for the API document.
	 *
	 * @param limitCents whole cents, 0 to 10⁹
	 * @param period how long a period is
	 * @param enforcement what happens at the limit; hard unless said
	 * @param thresholds percentages at which to alert; 75, 90 and 100 unless said
	 */
	record Document(long limitCents, KeyPeriod period, @Nullable Enforcement enforcement,
			@Nullable List<Integer> thresholds) {

	}

	/**
	 * A key's budget as REST answers it; {@code window} is the current period,
	 * {@code windowEnd} its end, null for one without end.
	 */
	record KeyBudgetView(UserId userId, ApiKeyId apiKeyId, long limitCents, KeyPeriod period, Enforcement enforcement,
			List<Integer> thresholds, String window, @Nullable Instant windowEnd, long spentNanos, String spentUsd,
			long remainingNanos, String remainingUsd, String percentUsed, BudgetState state, Instant asOf) {

		static KeyBudgetView of(Account account, KeyBudget budget) {
			NanoUsd left = Standing.left(budget.spent(), budget.limit());
			return new KeyBudgetView(account.userId(), budget.key(), budget.limitCents(), budget.kind(),
					budget.enforcement(), budget.thresholds().percents(),
					budget.window(account.period(), account.now()), budget.windowEnd(account.period(), account.now()),
					budget.spent().value(), budget.spent().toUsd(), left.value(), left.toUsd(),
					Standing.percent(budget.spent(), budget.limit()), BudgetState.of(budget.spent(), budget.limit()),
					account.now());
		}

	}

}
