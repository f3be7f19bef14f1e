package dev.tallygate.gateway.admission;

import dev.tallygate.events.Topics;
import dev.tallygate.messaging.TopicReader;
import dev.tallygate.messaging.TopicReaders;
import dev.tallygate.security.internal.ServiceClients;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
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
		return readers.readLatest(Topics.BUDGET_STATUS, new BudgetTopic(admission)::take);
	}

	@Bean
	KnownUsers knownUsers(Admission admission, TopicReader budgetStatusReader) {
		return new KnownUsers(admission, budgetStatusReader::isCaughtUp);
	}

	/** Absent where services have no credentials for each other. */
	@Bean(destroyMethod = "close")
	@Nullable BudgetService budgetService(Admission admission, BudgetServiceProperties properties,
			ObjectProvider<ServiceClients> clients) {
		ServiceClients available = clients.getIfAvailable();
		return (available != null) ? new BudgetService(properties, available, admission.source()) : null;
	}

	@Bean
	Leases leases(Admission admission, ObjectProvider<BudgetService> budgetService, BudgetServiceProperties properties,
			MeterRegistry registry) {
		LeaseDesk desk = budgetService.getIfAvailable();
		Leases leases = new Leases(admission, (desk != null) ? desk : LeaseDesk.CLOSED, properties.giveBackAfter(),
				new LeaseMeters(registry), Clock.systemUTC());
		admission.lender(leases);
		return leases;
	}

	@Bean
	OpenCallsTeller openCallsTeller(Admission admission, Leases leases, ObjectProvider<BudgetService> budgetService) {
		LeaseDesk desk = budgetService.getIfAvailable();
		return new OpenCallsTeller(admission, leases, (desk != null) ? desk : LeaseDesk.CLOSED, Clock.systemUTC());
	}

	@Bean
	StatusesRead statusesRead(Admission admission, TopicReader budgetStatusReader, AdmissionUpkeep upkeep,
			AdmissionProperties properties) {
		StatusesRead read = new StatusesRead(budgetStatusReader, upkeep, properties.startWithoutKafkaAfter());
		admission.waitsFor(read);
		return read;
	}

	/** Health contributor {@code budgetStatus}, part of readiness. */
	@Bean
	BudgetStatusHealth budgetStatusHealthIndicator(StatusesRead statuses) {
		return new BudgetStatusHealth(statuses);
	}

}
