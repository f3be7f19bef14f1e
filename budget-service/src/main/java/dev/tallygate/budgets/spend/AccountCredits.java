package dev.tallygate.budgets.spend;

import dev.tallygate.budgets.billing.BillingAccounts;
import dev.tallygate.budgets.billing.CreditGrant;
import dev.tallygate.budgets.billing.Credits;
import dev.tallygate.budgets.billing.GrantOutcome;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Billing accounts as parts of the accounts.
 */
@Component
class AccountCredits implements BillingAccounts {

	private final JdbcTemplate jdbc;

	private final Books books;

	AccountCredits(JdbcTemplate jdbc, Books books) {
		this.jdbc = jdbc;
		this.books = books;
	}

	@Override
	public @Nullable Credits credits(UserId user) {
		Account account = this.books.read(user);
		return (account != null) ? account.credits() : null;
	}

	@Override
	public GrantOutcome grant(UserId user, CreditGrant grant, String grantedBy) {
		GrantOutcome outcome = this.books.change(user, (account) -> grant(account, grant, grantedBy));
		return (outcome != null) ? outcome : new GrantOutcome.NoSuchUser();
	}

	private GrantOutcome grant(Account account, CreditGrant grant, String grantedBy) {
		CreditGrant before = find(account.userId(), grant.idempotencyKey());
		if (before != null) {
			return before.equals(grant) ? new GrantOutcome.Granted(account.credits(), true)
					: new GrantOutcome.KeyTaken();
		}
		if (account.credits().grantedInAll() + grant.amount() > CreditGrant.MAX_AMOUNT) {
			return new GrantOutcome.TooMany();
		}
		account.grant(grant.amount());
		this.jdbc.update("""
				INSERT INTO credit_grant (id, user_id, idempotency_key, amount, reason, granted_by, granted_at)
				VALUES (?, ?, ?, ?, ?, ?, ?)
				""", UuidV7.next(), account.userId().value(), grant.idempotencyKey(), grant.amount(), grant.reason(),
				grantedBy, this.books.now().atOffset(ZoneOffset.UTC));
		return new GrantOutcome.Granted(account.credits(), false);
	}

	private @Nullable CreditGrant find(UserId user, String idempotencyKey) {
		List<CreditGrant> found = this.jdbc.query(
				"SELECT amount, reason, idempotency_key FROM credit_grant WHERE user_id = ? AND idempotency_key = ?",
				(rs, i) -> new CreditGrant(rs.getLong(1), rs.getString(2), rs.getString(3)), user.value(),
				idempotencyKey);
		return found.isEmpty() ? null : found.getFirst();
	}

}
