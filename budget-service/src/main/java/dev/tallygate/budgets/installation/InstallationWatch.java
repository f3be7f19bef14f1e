package dev.tallygate.budgets.installation;

import dev.tallygate.budgets.alert.Alerts;
import dev.tallygate.budgets.installation.Installation.Standing;
import dev.tallygate.events.BudgetAlert;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.InstallationStatus;
import dev.tallygate.events.Limit;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.BackgroundLoop;
import dev.tallygate.messaging.Outbox;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells gateways how the installation stands, several times a second while it changes and
 * now and then while it does not, and raises its alerts. So no call waits for a row that
 * all calls share. It has a thread of its own: a new limit must not wait for whatever
 * else is slow.
 */
@Component
class InstallationWatch extends BackgroundLoop {

	private static final String SOURCE = "/budget";

	private final Installation installation;

	private final Alerts alerts;

	private final Outbox outbox;

	private final TransactionTemplate transaction;

	private final Clock clock;

	private final Duration interval;

	private final Telling telling = new Telling();

	InstallationWatch(Installation installation, Alerts alerts, Outbox outbox, PlatformTransactionManager transactions,
			Clock clock, InstallationProperties properties) {
		super("installation-watch", properties.installationInterval(), properties.installationInterval());
		this.installation = installation;
		this.alerts = alerts;
		this.outbox = outbox;
		this.transaction = new TransactionTemplate(transactions);
		this.clock = clock;
		this.interval = properties.installationInterval();
	}

	@Override
	protected void work() throws InterruptedException {
		while (isRunning()) {
			look();
			succeeded();
			pause(this.interval);
		}
	}

	private void look() {
		Standing now = this.installation.standing();
		if (this.telling.isDue(now)) {
			this.transaction.executeWithoutResult((status) -> tell(now));
			this.telling.told(now);
		}
	}

	private void tell(Standing now) {
		this.outbox.append(Topics.BUDGET_STATUS, InstallationStatus.KEY,
				CloudEvent.of(UuidV7.next(), SOURCE, this.clock.instant(), now.told()));
		this.alerts.raise(due(now));
	}

	private Map<String, BudgetAlert> due(Standing now) {
		Map<String, BudgetAlert> due = new LinkedHashMap<>();
		Long cents = now.limitCents();
		if (cents == null) {
			return due;
		}
		NanoUsd limit = NanoUsd.ofCents(cents);
		String once = "installation " + now.period() + ' ' + cents + ' ';
		List<Integer> reached = now.thresholds().reachedBy(now.spent(), limit);
		for (int threshold : reached) {
			due.put(once + threshold, new BudgetAlert.ThresholdCrossed(UuidV7.next(), UserId.NOBODY, now.period(),
					threshold, cents, now.spent(), this.clock.instant(), Limit.INSTALLATION, null, null));
		}
		if (now.spent().compareTo(limit) >= 0) {
			due.put(once + "exceeded", new BudgetAlert.Exceeded(UuidV7.next(), UserId.NOBODY, now.period(), cents,
					now.spent(), this.clock.instant(), Limit.INSTALLATION, null, null));
		}
		return due;
	}

}
