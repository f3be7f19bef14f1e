package dev.tallygate.gateway.admission;

import dev.tallygate.events.Topics;
import dev.tallygate.messaging.TopicReader;
import dev.tallygate.messaging.TopicReaders;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Lets admission know where users stand.
 */
@Configuration(proxyBeanMethods = false)
class AdmissionConfiguration {

	@Bean
	AdmissionUpkeep admissionUpkeep(Admission admission, AdmissionProperties properties) {
		return new AdmissionUpkeep(admission,
				new BudgetSnapshot(properties.snapshotFile(), admission, Clock.systemUTC()),
				properties.snapshotInterval());
	}

	@Bean
	TopicReader budgetStatusReader(TopicReaders readers, Admission admission) {
		return readers.read(Topics.BUDGET_STATUS, new BudgetTopic(admission)::take);
	}

	/** Health contributor {@code budgetStatus}, part of readiness. */
	@Bean
	BudgetStatusHealth budgetStatusHealthIndicator(TopicReader budgetStatusReader, AdmissionUpkeep upkeep,
			AdmissionProperties properties) {
		return new BudgetStatusHealth(budgetStatusReader, upkeep, properties.startWithoutKafkaAfter());
	}

}
