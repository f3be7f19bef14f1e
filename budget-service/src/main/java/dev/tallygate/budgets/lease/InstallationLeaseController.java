package dev.tallygate.budgets.lease;

import dev.tallygate.budgets.installation.InstallationLending;
import dev.tallygate.budgets.installation.InstallationLending.Counted;
import dev.tallygate.budgets.installation.InstallationLending.Granted;
import dev.tallygate.events.UserId;
import dev.tallygate.security.internal.AllowedServices;
import dev.tallygate.security.problem.ProblemException;
import java.time.YearMonth;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Grants of the installation's limit for gateways.
 */
@RestController
@AllowedServices("gateway")
class InstallationLeaseController {

	/** A gateway with more users than that counts some calls twice for a while. */
	private static final int MAX_USERS = 50_000;

	private final Gateways gateways;

	private final InstallationLending lending;

	private final LeaseMeters meters;

	private final TransactionTemplate asking;

	private final TransactionTemplate counting;

	InstallationLeaseController(Gateways gateways, InstallationLending lending, LeaseMeters meters,
			PlatformTransactionManager transactions) {
		this.gateways = gateways;
		this.lending = lending;
		this.meters = meters;
		this.asking = new TransactionTemplate(transactions);
		this.counting = new TransactionTemplate(transactions);
		// The sum and what is in it must be of one moment.
		this.counting.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

	@PostMapping("/internal/leases/installation")
	Granted ask(@RequestBody Asked body) {
		String source = Sources.check(body.source());
		if (body.period() == null) {
			throw ProblemException.invalidField("period", "must be a month");
		}
		if (body.line() < 0) {
			throw ProblemException.invalidField("line", "must not be negative");
		}
		YearMonth period = body.period();
		Granted granted = this.gateways.inSession(this.asking, source, body.session(),
				() -> this.lending.ask(source, body.session(), period, body.ask(), body.line()));
		this.meters.askedForAll(granted.granted().value() >= body.line());
		return granted;
	}

	@PostMapping("/internal/leases/installation/counted")
	Counted counted(@RequestBody Counting body) {
		String source = Sources.check(body.source());
		List<UserId> users = body.users();
		if (users == null || users.size() > MAX_USERS) {
			throw ProblemException.invalidField("users", "must be at most " + MAX_USERS);
		}
		return this.gateways.inSession(this.counting, source, body.session(),
				() -> this.lending.counted(source, users));
	}

	/**
	 * What a gateway asks for.
	 *
	 * @param source its source
	 * @param session of its process
	 * @param period the month that it believes in
	 * @param ask grows within the session
	 * @param line all that it wants to be allowed to spend in the month, in nano-USD
	 */
	record Asked(@Nullable String source, long session, @Nullable YearMonth period, long ask, long line) {

	}

	/**
	 * Whose calls a gateway wants to know to be counted.
	 *
	 * @param source its source
	 * @param session of its process
	 * @param users those who made the calls
	 */
	record Counting(@Nullable String source, long session, @Nullable List<UserId> users) {

	}

}
