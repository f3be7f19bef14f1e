package dev.tallygate.keys.owner;

import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.ProblemException;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The row of {@code app_user} that every change of a user or its keys locks first. That
 * orders concurrent changes, and their events.
 */
@Component
public class Owners {

	/** The operator, who owns the system keys; no row. */
	public static final UserId OPERATOR = new UserId(new UUID(0, 0));

	/** The bootstrap administrator. */
	public static final UserId BOOTSTRAP_ADMIN = UserId.parse("00000000-0000-7000-8000-000000000001");

	private final JdbcClient jdbc;

	Owners(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Locks a user against other changes until the end of the transaction.
	 * @throws ProblemException a 404 when there is none
	 */
	public void lock(UserId user) {
		find(user, "SELECT 1 FROM app_user WHERE id = ? FOR NO KEY UPDATE");
	}

	/**
	 * Locks a user who is to be removed: waits also for those who only write down what
	 * that user did.
	 * @throws ProblemException a 404 when there is none
	 */
	public void lockForRemoval(UserId user) {
		find(user, "SELECT 1 FROM app_user WHERE id = ? FOR UPDATE");
	}

	/**
	 * Makes sure that a user exists.
	 * @throws ProblemException a 404 when there is none
	 */
	public void require(UserId user) {
		find(user, "SELECT 1 FROM app_user WHERE id = ?");
	}

	private void find(UserId user, String sql) {
		if (this.jdbc.sql(sql).param(user.value()).query(Integer.class).optional().isEmpty()) {
			throw ProblemException.notFound();
		}
	}

}
