package dev.tallygate.budgets.spend;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Accounts;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.budgets.alert.Alerts;
import dev.tallygate.budgets.installation.InstallationSpend;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.BudgetRefused;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.RepeatedCalls;
import dev.tallygate.events.SourceClosed;
import dev.tallygate.events.SystemKeyRefused;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.IntakeHandler;
import dev.tallygate.messaging.Received;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Counts usage events into the accounts. Which ids are counted already moves in the same
 * transaction, so a producer that sends twice is counted once.
 */
@Component
class UsageIntake implements IntakeHandler {

	private final CountedEvents counted;

	private final Accounts accounts;

	private final Books books;

	private final InstallationSpend installation;

	private final Alerts alerts;

	private final SpendMeters meters;

	UsageIntake(CountedEvents counted, Accounts accounts, Books books, InstallationSpend installation, Alerts alerts,
			SpendMeters meters) {
		this.alerts = alerts;
		this.installation = installation;
		this.counted = counted;
		this.accounts = accounts;
		this.books = books;
		this.meters = meters;
	}

	@Override
	public int handle(List<Received> batch) {
		List<Received> relevant = batch.stream().filter(UsageIntake::isRelevant).toList();
		Map<UUID, Received> firsts = new LinkedHashMap<>();
		relevant.forEach((each) -> firsts.putIfAbsent(each.event().id(), each));
		Set<UUID> fresh = this.counted.add(users(firsts));
		firsts.keySet().retainAll(fresh);
		if (!firsts.isEmpty()) {
			count(firsts.values());
		}
		return relevant.size() - fresh.size();
	}

	/** A source's closing is nothing to count. */
	private static boolean isRelevant(Received received) {
		return received.event().data() instanceof UsageEvent usage && !(usage instanceof SourceClosed);
	}

	private static Map<UUID, UserId> users(Map<UUID, Received> events) {
		Map<UUID, UserId> users = new LinkedHashMap<>();
		events.forEach((id, received) -> users.put(id, ((UsageEvent) received.event().data()).userId()));
		return users;
	}

	private void count(Collection<Received> events) {
		Set<UserId> users = new HashSet<>();
		Set<YearMonth> periods = new HashSet<>();
		for (Received received : events) {
			UsageEvent usage = (UsageEvent) received.event().data();
			users.add(usage.userId());
			switch (usage) {
				case UsageSettled settled -> periods.add(settled.period());
				case UsageAdjusted adjusted -> periods.add(adjusted.period());
				case BudgetRefused _, RepeatedCalls _, SystemKeyRefused _, SourceClosed _ -> {
				}
			}
		}
		users.remove(UserId.NOBODY);
		Map<UserId, Account> opened = this.books.open(users, periods);
		events.forEach((received) -> count(received.event(), opened));
		this.books.close(opened.values());
		this.installation.count(events);
		raiseRefusedKeys(events);
		this.meters.counted(events);
	}

	private void count(CloudEvent<?> event, Map<UserId, Account> opened) {
		UsageEvent usage = (UsageEvent) event.data();
		Account account = opened.get(usage.userId());
		if (account == null) {
			countDeparted(usage);
			return;
		}
		switch (usage) {
			case UsageSettled settled -> settle(account, settled, event);
			case UsageAdjusted adjusted -> account.adjust(adjusted);
			case BudgetRefused refused -> account.refuse(refused);
			case RepeatedCalls repeated -> account.repeat(repeated);
			case SystemKeyRefused _, SourceClosed _ -> {
			}
		}
	}

	private static void settle(Account account, UsageSettled call, CloudEvent<?> event) {
		account.settle(call, event.source(), event.seq());
		// Whoever has a key may name models that there are not, as many as they like.
		if (!call.priced() && call.status() != UsageSettled.Status.FAILED) {
			account.callUnpriced(call.provider(), call.model());
		}
	}

	/** One alert a day and provider. */
	private void raiseRefusedKeys(Collection<Received> events) {
		Map<String, BudgetAlert> due = new LinkedHashMap<>();
		for (Received received : events) {
			if (received.event().data() instanceof SystemKeyRefused refused) {
				LocalDate day = LocalDate.ofInstant(refused.refusedAt(), ZoneOffset.UTC);
				due.putIfAbsent("system-key " + refused.provider() + ' ' + day, new BudgetAlert.SystemKeyRejected(
						UuidV7.next(), UserId.NOBODY, YearMonth.from(day), refused.provider(), day, this.books.now()));
			}
		}
		this.alerts.raise(due);
	}

	private void countDeparted(UsageEvent usage) {
		if (usage instanceof UsageSettled settled && settled.costNanos() != null) {
			this.accounts.addDeparted(settled.userId(), settled.period(), settled.costNanos());
		}
		else if (usage instanceof UsageAdjusted adjusted) {
			this.accounts.addDeparted(adjusted.userId(), adjusted.period(), adjusted.deltaNanos());
		}
	}

}
