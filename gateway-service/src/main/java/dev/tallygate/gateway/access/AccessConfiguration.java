package dev.tallygate.gateway.access;

import dev.tallygate.events.Topics;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.messaging.TopicCatalog;
import dev.tallygate.messaging.TopicReader;
import dev.tallygate.messaging.TopicReaders;
import dev.tallygate.security.caller.CachedIntrospection;
import dev.tallygate.security.internal.ServiceClients;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.ProducerFactory;

@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

	@Bean
	KeyService keyService(KeyServiceProperties properties, ServiceClients clients) {
		return new KeyService(properties, clients);
	}

	@Bean
	ProviderKeys providerKeys(KeyService keyService, KeyServiceProperties properties, Watch watch) {
		ProviderKeys keys = new ProviderKeys(keyService, properties);
		watch.add(keys);
		return keys;
	}

	@Bean
	RejectedKeys rejectedKeys(KeyService keyService) {
		return new RejectedKeys(keyService::report);
	}

	@Bean
	KeyEvents keyEvents(CachedIntrospection introspection, ProviderKeys keys, ObjectProvider<KeyWatcher> watchers) {
		return new KeyEvents(introspection, keys, watchers.orderedStream().toList());
	}

	@Bean
	KeyUses keyUses(ProducerFactory<?, ?> producers, @Value("${tallygate.instance:gateway}") String instance) {
		return new KeyUses(producers.getConfigurationProperties(), "/gateway/" + instance, Clock.systemUTC());
	}

	@Bean
	KafkaAdmin.NewTopics keyUseTopics(TopicCatalog catalog) {
		return catalog.declare(Topics.KEY_USES);
	}

	@Bean
	TopicReader keysReader(TopicReaders readers, KeyEvents events) {
		return readers.read(Topics.KEYS, events::key);
	}

	@Bean
	TopicReader usersReader(TopicReaders readers, KeyEvents events) {
		return readers.read(Topics.USERS, events::user);
	}

	@Bean
	Rechecks rechecks(KeyServiceProperties properties, ObjectProvider<KeyWatcher> watchers) {
		return new Rechecks(properties.recheck(), () -> watchers.forEach(KeyWatcher::recheckAll));
	}

}
