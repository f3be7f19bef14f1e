package dev.tallygate.budgets.billing;

import dev.tallygate.budgets.account.Account;
import dev.tallygate.budgets.account.Books;
import dev.tallygate.budgets.account.CreditGrant;
import dev.tallygate.budgets.account.Credits;
import dev.tallygate.budgets.account.GrantOutcome;
import dev.tallygate.budgets.known.OwnedKeys;
import dev.tallygate.budgets.audit.AuditTrail;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.security.caller.Caller;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Grants of credits, once for each idempotency key.
 */
@Component
public class CreditGrants {

	private final JdbcClient jdbc;

	private final Books books;

	private final OwnedKeys known;

	private final AuditTrail audit;

	CreditGrants(JdbcClient jdbc, Books books, OwnedKeys known, AuditTrail audit) {
		this.jdbc = jdbc;
		this.books = books;
		this.known = known;
		this.audit = audit;
	}

	/**
	 * The credits of the current cycle; null when there is no such user.
	 */
	@Nullable Credits credits(UserId user, Caller caller) {
		Account account = this.known.exists(user, caller) ? this.books.read(user) : null;
		return (account != null) ? account.credits() : null;
	}

	/**
	 * Grants credits.
	 */
	public GrantOutcome grant(UserId user, CreditGrant grant, Caller by) {
		GrantOutcome outcome = this.known.exists(user, by)
				? this.books.change(user, (account) -> grant(account, grant, by)) : null;
		return (outcome != null) ? outcome : new GrantOutcome.NoSuchUser();
	}

	private GrantOutcome grant(Account account, CreditGrant grant, Caller by) {
		CreditGrant before = find(account.userId(), grant.idempotencyKey());
		if (before != null) {
			return before.equals(grant) ? new GrantOutcome.Granted(account.credits(), true)
					: new GrantOutcome.KeyTaken();
		}
		long had = account.credits().grantedInAll();
		if (had + grant.amount() > CreditGrant.MAX_AMOUNT) {
			return new GrantOutcome.TooMany();
		}
		account.grant(grant.amount());
		this.jdbc.sql("""
				INSERT INTO credit_grant (id, user_id, idempotency_key, amount, reason, granted_by, granted_at)
				VALUES (?, ?, ?, ?, ?, ?, ?)
				""")
			.params(UuidV7.next(), account.userId().value(), grant.idempotencyKey(), grant.amount(), grant.reason(),
					by.userId().toString(), this.books.now().atOffset(ZoneOffset.UTC))
			.update();
		this.audit.append("credits.granted", by, Map.of("userId", account.userId().toString()),
				Map.of("creditsGranted", had),
				Map.of("creditsGranted", had + grant.amount(), "amount", grant.amount()));
		return new GrantOutcome.Granted(account.credits(), false);
	}

	private @Nullable CreditGrant find(UserId user, String idempotencyKey) {
		return this.jdbc
			.sql("SELECT amount, reason, idempotency_key FROM credit_grant WHERE user_id = ? AND idempotency_key = ?")
			.params(user.value(), idempotencyKey)
			.query((rs, i) -> new CreditGrant(rs.getLong(1), rs.getString(2), rs.getString(3)))
			.optional()
			.orElse(null);
	}

}
