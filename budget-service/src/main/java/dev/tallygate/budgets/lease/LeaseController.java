package dev.tallygate.budgets.lease;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.budgets.account.Lending;
import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.problem.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Lines for gateways. What is asked is decided under the lock of each user's account, the
 * users in the order of their ids, all in one transaction.
 */
@RestController
@AllowedServices("gateway")
class LeaseController {

	private static final int MAX_ASKS = 500;

	private static final int MAX_PERIOD = 64;

	private final Gateways gateways;

	private final Books books;

	private final LeaseMeters meters;

	private final TransactionTemplate transaction;

	LeaseController(Gateways gateways, Books books, LeaseMeters meters, PlatformTransactionManager transactions) {
		this.gateways = gateways;
		this.books = books;
		this.meters = meters;
		this.transaction = new TransactionTemplate(transactions);
	}

	@PostMapping("/internal/leases/sources")
	Registered register(@RequestBody Registration body) {
		String source = Sources.check(body.source());
		if (body.process() == null) {
			throw ProblemException.invalidField("process", "must be a UUID");
		}
		return new Registered(this.gateways.register(source, body.process()));
	}

	@PostMapping("/internal/leases")
	Answers ask(@RequestBody Asks body) {
		String source = Sources.check(body.source());
		List<Asked> asks = body.asks();
		if (asks == null || asks.isEmpty() || asks.size() > MAX_ASKS) {
			throw ProblemException.invalidField("asks", "must be 1 to " + MAX_ASKS);
		}
		asks.forEach(Asked::check);
		return this.gateways.inSession(this.transaction, source, body.session(),
				() -> decide(source, body.session(), asks));
	}

	private Answers decide(String source, long session, List<Asked> asks) {
		Set<UserId> users = new LinkedHashSet<>();
		asks.forEach((each) -> users.add(each.user()));
		Map<UserId, Account> opened = this.books.open(users, Set.of());
		asks.forEach((each) -> {
			Account account = opened.get(each.user());
			if (account != null) {
				this.meters.asked(account.ask(each.scope(), each.period(), each.of(source, session)));
			}
		});
		this.books.close(opened.values());
		List<Answer> answers = new ArrayList<>();
		for (Asked each : asks) {
			Account account = opened.get(each.user());
			answers.add(new Answer(each.user(), (account != null) ? account.status() : null));
		}
		return new Answers(answers);
	}

	/** Who registers. */
	record Registration(@Nullable String source, @Nullable UUID process) {

	}

	/** The session of the process. */
	record Registered(long session) {

	}

	/** What a gateway asks for. */
	record Asks(@Nullable String source, long session, @Nullable List<Asked> asks) {

	}

	/**
	 * One line that a gateway asks for.
	 *
	 * @param userId whose limit
	 * @param scope which of them
	 * @param period the limit's period that the gateway believes in
	 * @param version the newest version of the user's status that the gateway knows
	 * @param ask grows within the session
	 * @param line the whole line, in nano-USD
	 */
	record Asked(@Nullable UserId userId, String scope, String period, long version, long ask, long line) {

		void check() {
			if (this.userId == null) {
				throw ProblemException.invalidField("userId", "must be a user's id");
			}
			if (this.scope == null || this.scope.isEmpty() || this.scope.length() > MAX_PERIOD) {
				throw ProblemException.invalidField("scope", "must name a limit");
			}
			if (this.period == null || this.period.isEmpty() || this.period.length() > MAX_PERIOD) {
				throw ProblemException.invalidField("period", "must name the limit's period");
			}
			if (this.line < 0) {
				throw ProblemException.invalidField("line", "must not be negative");
			}
		}

		UserId user() {
			return Objects.requireNonNull(this.userId);
		}

		Lending.Ask of(String source, long session) {
			return new Lending.Ask(source, session, this.ask, this.version, this.line);
		}

	}

	/** The answers in the order of the asks. */
	record Answers(List<Answer> data) {

	}

	/** Where a user stands after an ask; null when the user is gone. */
	record Answer(UserId userId, @Nullable BudgetStatus status) {

	}

}
