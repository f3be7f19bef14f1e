package dev.tallygate.gateway.spool;

import dev.tallygate.events.Topics;
import dev.tallygate.gateway.admission.Admission;
import dev.tallygate.gateway.admission.AdmissionProperties;
import dev.tallygate.gateway.pricing.EstimateProperties;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.pricing.UnpricedProperties;
import dev.tallygate.gateway.provider.ProviderListener;
import dev.tallygate.gateway.usage.CallMeters;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.messaging.TopicCatalog;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

/**
 * Opens the spool and wires what feeds it and what it feeds.
 */
@Configuration(proxyBeanMethods = false)
class SpoolConfiguration {

	private static final int MAX_INSTANCE = 64;

	private final Clock clock = Clock.systemUTC();

	@Bean
	KafkaAdmin.NewTopics usageTopics(TopicCatalog catalog) {
		return catalog.declare(Topics.USAGE, Topics.BUDGET_STATUS);
	}

	@Bean
	ModelLabels modelLabels() {
		return new ModelLabels();
	}

	@Bean
	CallMeters callMeters(MeterRegistry registry, ModelLabels labels) {
		return new CallMeters(registry, labels);
	}

	@Bean
	ProviderListener calledProviders(CallMeters meters) {
		return (providers) -> providers.forEach((provider) -> meters.mayBeCalled(provider.name()));
	}

	@Bean
	SpoolMeters spoolMeters(MeterRegistry registry) {
		return new SpoolMeters(registry);
	}

	@Bean(destroyMethod = "close")
	Spool spool(SpoolProperties properties, SpoolMeters meters, @Value("${tallygate.instance:}") String instance) {
		Spool spool = Spool.open(properties, instanceOf(instance), SegmentOutput::file, this.clock);
		meters.watch(spool);
		meters.abandoned(spool.abandonedCalls());
		return spool;
	}

	private static String instanceOf(String configured) {
		String name = configured.isBlank() ? hostName() : configured.strip();
		String plain = name.replaceAll("[^A-Za-z0-9._-]", "-");
		return plain.substring(0, Math.min(plain.length(), MAX_INSTANCE));
	}

	private static String hostName() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "gateway";
		}
	}

	@Bean
	Admission admission(Spool spool, AdmissionProperties properties) {
		Admission admission = new Admission(spool.source(), properties, this.clock);
		spool.keepUntilCounted(admission::safelyCountedUpTo);
		admission.recovered(spool.takeEarlierCalls());
		return admission;
	}

	@Bean
	SpooledCalls calls(Prices prices, EstimateProperties estimates, UnpricedProperties unpriced, Admission admission,
			Spool spool, CallMeters meters) {
		return new SpooledCalls(prices, estimates, unpriced, admission, spool, meters, this.clock);
	}

	@Bean
	UsageSender usageSender(Spool spool, SpoolMeters meters, ProducerFactory<?, ?> producers) {
		return new UsageSender(spool, producers.getConfigurationProperties(), meters);
	}

	@Bean
	SpoolUpkeep spoolUpkeep(Spool spool, SpoolProperties properties) {
		return new SpoolUpkeep(spool, properties);
	}

	@Bean
	Bookkeeping bookkeeping(SpooledCalls calls, Admission admission, Spool spool, UsageSender sender,
			SpoolUpkeep upkeep, SpoolProperties properties) {
		return new Bookkeeping(calls, admission, spool, sender, upkeep, properties.stopTimeout(), this.clock);
	}

	/** Health contributor {@code spool}. */
	@Bean
	SpoolHealth spoolHealthIndicator(Spool spool) {
		return new SpoolHealth(spool);
	}

}
