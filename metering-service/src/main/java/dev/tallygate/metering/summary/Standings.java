package dev.tallygate.metering.summary;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.Topics;
import dev.tallygate.events.UserId;
import dev.tallygate.messaging.TopicReader;
import dev.tallygate.messaging.TopicReaders;
import dev.tallygate.messaging.TopicRecord;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.stereotype.Component;

/**
 * Where each user stands, as budget-service publishes it. Read here for what it says
 * about the calendar and the limit, never for money.
 */
@Component
class Standings {

	/** Neither a calendar nor a limit is read that soon after it has changed. */
	private static final Duration GATHER = Duration.ofMillis(250);

	private final Map<String, BudgetStatus> byUser = new ConcurrentHashMap<>();

	Optional<BudgetStatus> of(UserId user) {
		return Optional.ofNullable(this.byUser.get(user.toString()));
	}

	void apply(TopicRecord change) {
		if (change.event() == null) {
			this.byUser.remove(change.key());
		}
		else if (change.event().data() instanceof BudgetStatus status) {
			this.byUser.merge(status.userId().toString(), status,
					(held, next) -> (next.version() >= held.version()) ? next : held);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Wiring {

		@Bean
		TopicReader budgetStatus(TopicReaders readers, Standings standings) {
			return readers.readLatest(Topics.BUDGET_STATUS, standings::apply, GATHER);
		}

	}

}
