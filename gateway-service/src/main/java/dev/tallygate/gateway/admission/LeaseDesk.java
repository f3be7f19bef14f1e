package dev.tallygate.gateway.admission;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.OpenCallsTeller.Elsewhere;
import dev.tallygate.gateway.admission.Uncounted.Counted;
import dev.tallygate.gateway.admission.Uncounted.Granted;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where budget-service lends.
 */
interface LeaseDesk {

	/** Nobody answers. */
	LeaseDesk CLOSED = new LeaseDesk() {

		@Override
		public long register() throws IOException {
			throw new IOException("there is no budget-service");
		}

		@Override
		public List<@Nullable BudgetStatus> ask(long session, List<Ask> asks) throws IOException {
			throw new IOException("there is no budget-service");
		}

	};

	/**
	 * Makes this process known; the same number however often it is asked for.
	 */
	long register() throws IOException;

	/**
	 * Asks for lines, and gives lines back.
	 * @return where each user stands then, in the order of the asks; null for one that is
	 * gone
	 * @throws SessionOverException when another process has taken this source over
	 */
	List<@Nullable BudgetStatus> ask(long session, List<Ask> asks) throws IOException, SessionOverException;

	/**
	 * Asks what may be spent of the installation's limit.
	 * @throws SessionOverException when another process has taken this source over
	 */
	default Granted askForAll(long session, Ask ask) throws IOException, SessionOverException {
		throw new IOException("nobody grants parts of the installation's limit");
	}

	/**
	 * Asks what is counted of this source, and which of these users' calls are in there.
	 * @throws SessionOverException when another process has taken this source over
	 */
	default Counted counted(long session, Collection<UserId> users) throws IOException, SessionOverException {
		throw new IOException("nobody grants parts of the installation's limit");
	}

	/**
	 * Tells what users' calls hold at this gateway.
	 * @return how many other gateways there are
	 * @throws SessionOverException when another process has taken this source over
	 */
	default int tellOpen(long session, Map<UserId, Held> open) throws IOException, SessionOverException {
		throw new IOException("nobody asks what is open");
	}

	/**
	 * Asks what a user's calls hold at other gateways.
	 * @throws SessionOverException when another process has taken this source over
	 */
	default Elsewhere openElsewhere(long session, UserId user) throws IOException, SessionOverException {
		throw new IOException("nobody knows what is open elsewhere");
	}

	/** The session is no longer the latest of its source. */
	final class SessionOverException extends Exception {

		private static final long serialVersionUID = 1L;

		SessionOverException() {
			super("another process took the session over");
		}

	}

}
