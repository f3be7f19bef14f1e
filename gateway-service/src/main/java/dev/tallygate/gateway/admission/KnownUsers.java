package dev.tallygate.gateway.admission;

import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.springframework.http.HttpStatus;

/**
 * Which users there are: those of whom budget-service tells. Somebody made a moment ago
 * may not be known yet, and while nothing is heard nobody can be said not to be there.
 */
public final class KnownUsers {

	/** How long news of somebody may be under way, before an id is nobody's. */
	private static final Duration PATIENCE = Duration.ofSeconds(2);

	/** How long to listen for budget-service, which gives a sign of life each second. */
	private static final Duration SILENCE = Duration.ofSeconds(5);

	private static final Duration STEP = Duration.ofMillis(50);

	private static final Problem UNHEARD = Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "budget_unavailable",
			"It cannot be told at the moment whether there is such a user. Try again in a few seconds.");

	private final Admission admission;

	private final BooleanSupplier topicRead;

	KnownUsers(Admission admission, BooleanSupplier topicRead) {
		this.admission = admission;
		this.topicRead = topicRead;
	}

	/**
	 * Makes sure that there is such a user. Whoever calls is there; an administrator may
	 * name anyone, and waits a moment for news of them.
	 * @throws ProblemException a 404 when there is none, a 503 when it cannot be told
	 */
	public void require(UserId user, Caller caller) {
		if (caller.userId().equals(user)) {
			return;
		}
		Freshness freshness = this.admission.freshness();
		long start = freshness.now();
		while (this.admission.status(user) == null) {
			long waited = freshness.now() - start;
			if (waited >= PATIENCE.toNanos() && this.topicRead.getAsBoolean() && freshness.isHeardSince(start)) {
				throw ProblemException.notFound();
			}
			if (waited >= SILENCE.toNanos()) {
				throw unheard();
			}
			pause();
		}
	}

	private static void pause() {
		try {
			Thread.sleep(STEP);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw unheard();
		}
	}

	private static ProblemException unheard() {
		return ProblemException.passing(UNHEARD, SILENCE);
	}

}
