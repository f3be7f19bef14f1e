package dev.tallygate.gateway.admission;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.LeaseDesk.SessionOverException;
import dev.tallygate.messaging.BackgroundLoop;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * Tells budget-service once a second what users' calls hold here, as long as there are
 * other gateways, so that a person who asks any of them learns of all. Nothing is decided
 * by it.
 */
final class OpenCallsTeller extends BackgroundLoop {

	private static final Duration AMONG_OTHERS = Duration.ofSeconds(1);

	/** How often to ask whether there are others by now. */
	private static final Duration ALONE = Duration.ofSeconds(10);

	/** What has not changed is told again so that it is known to hold still. */
	private static final Duration AGAIN = Duration.ofSeconds(5);

	/** As many as budget-service takes. */
	private static final int MAX_USERS = 20_000;

	private final Admission admission;

	private final Lender lender;

	private final LeaseDesk desk;

	private final Clock clock;

	private volatile int others;

	private Map<UserId, Held> told = Map.of();

	private long toldAt = System.nanoTime() - AGAIN.toNanos();

	OpenCallsTeller(Admission admission, Lender lender, LeaseDesk desk, Clock clock) {
		super("open-calls", AMONG_OTHERS, ALONE);
		this.admission = admission;
		this.lender = lender;
		this.desk = desk;
		this.clock = clock;
	}

	/**
	 * What a user's calls hold at other gateways. Those that cannot be asked about are
	 * counted as silent.
	 */
	Elsewhere elsewhere(UserId user) {
		int gateways = this.others;
		if (gateways == 0) {
			return Elsewhere.NOWHERE;
		}
		try {
			return this.desk.openElsewhere(this.lender.session(), user);
		}
		catch (IOException | SessionOverException ex) {
			return new Elsewhere(0, gateways, 0, NanoUsd.ZERO);
		}
	}

	@Override
	protected void work() throws IOException, InterruptedException {
		while (isRunning()) {
			long session = this.lender.session();
			if (session > 0) {
				tell(session);
				succeeded();
			}
			pause((session > 0 && this.others == 0) ? ALONE : AMONG_OTHERS);
		}
	}

	private void tell(long session) throws IOException {
		Map<UserId, Held> now = (this.others > 0) ? this.admission.open(this.clock.instant(), MAX_USERS) : Map.of();
		if (now.equals(this.told) && System.nanoTime() - this.toldAt < AGAIN.toNanos()) {
			return;
		}
		try {
			this.others = this.desk.tellOpen(session, now);
			this.told = now;
			this.toldAt = System.nanoTime();
		}
		catch (SessionOverException ex) {
			// Whoever lends registers anew.
		}
	}

	/**
	 * What a user's calls hold at other gateways.
	 *
	 * @param gateways how many told of their calls
	 * @param silent how many did not, or not of late
	 * @param openCalls how many calls there are
	 * @param heldNanos the most they may cost in the month of the user's budget
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	record Elsewhere(int gateways, int silent, int openCalls, NanoUsd heldNanos) {

		/** There are no others. */
		static final Elsewhere NOWHERE = new Elsewhere(0, 0, 0, NanoUsd.ZERO);

	}

}
