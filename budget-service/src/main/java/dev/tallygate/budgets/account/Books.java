package dev.tallygate.budgets.account;

import dev.tallygate.budgets.alert.Alerts;
import dev.tallygate.events.UserId;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetStatus;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one way in which accounts change: locked, changed, written, their new alerts and
 * the events of these beside them, all in one transaction; after it the new status goes
 * out.
 */
@Component
public class Books {

	private final Accounts accounts;

	private final Alerts alerts;

	private final ApplicationEventPublisher changes;

	private final TransactionTemplate writing;

	private final TransactionTemplate reading;

	private final Clock clock;

	Books(Accounts accounts, Alerts alerts, ApplicationEventPublisher changes, PlatformTransactionManager transactions,
			Clock clock) {
		this.accounts = accounts;
		this.alerts = alerts;
		this.changes = changes;
		this.clock = clock;
		this.writing = new TransactionTemplate(transactions);
		this.reading = new TransactionTemplate(transactions);
		this.reading.setReadOnly(true);
		// An account is read by several statements, which must see one state.
		this.reading.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

	public Instant now() {
		return this.clock.instant();
	}

	/**
	 * Opens accounts within the caller's transaction; {@link #close} must follow.
	 */
	public Map<UserId, Account> open(Collection<UserId> users, Set<YearMonth> periods) {
		return this.accounts.lock(users, periods, now());
	}

	/**
	 * Writes opened accounts, within the same transaction.
	 */
	public void close(Collection<Account> opened) {
		this.accounts.save(opened, now());
		Map<String, BudgetAlert> due = new LinkedHashMap<>();
		opened.forEach((account) -> account.dueAlerts().forEach(due::putIfAbsent));
		this.alerts.raise(due);
		List<BudgetStatus> statuses = opened.stream().filter(Account::hasChanged).map(Account::status).toList();
		if (!statuses.isEmpty()) {
			this.changes.publishEvent(new StatusesChanged(statuses));
		}
	}

	/**
	 * Where users stand from the commit of the running transaction on.
	 *
	 * @param statuses theirs
	 */
	public record StatusesChanged(List<BudgetStatus> statuses) {

	}

	/**
	 * Changes one account in a transaction of its own.
	 * @return what {@code change} returns; null when the user is gone
	 */
	public <T> @Nullable T change(UserId user, Function<Account, T> change) {
		return this.writing.execute((status) -> {
			Account account = open(List.of(user), Set.of()).get(user);
			if (account == null) {
				return null;
			}
			T result = change.apply(account);
			close(List.of(account));
			return result;
		});
	}

	/**
	 * Brings these accounts forward to now.
	 */
	void rollOver(List<UserId> users) {
		this.writing.executeWithoutResult((status) -> {
			Collection<Account> opened = open(users, Set.of()).values();
			opened.forEach(Account::bringForward);
			close(opened);
		});
	}

	/**
	 * Reads one account; that of somebody nobody has heard of is as new.
	 * @return null when the user is gone
	 */
	public @Nullable Account read(UserId user) {
		return this.reading.execute((status) -> {
			Account known = this.accounts.find(user, now());
			if (known != null) {
				return known;
			}
			return this.accounts.isDeparted(user) ? null : Account.provisional(user, this.accounts.everyone(), now());
		});
	}

	/**
	 * Reads those of these accounts that there are.
	 */
	public Collection<Account> readAll(Collection<UserId> users) {
		Map<UserId, Account> found = this.reading.execute((status) -> this.accounts.findAll(users, now()));
		return (found != null) ? found.values() : List.of();
	}

}
