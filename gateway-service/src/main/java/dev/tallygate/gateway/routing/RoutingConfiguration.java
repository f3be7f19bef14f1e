package dev.tallygate.gateway.routing;

import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.Providers;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

	@Bean
	ModelNames modelNames(Providers providers, Prices prices) {
		return new ModelNames(providers, prices);
	}

	@Bean
	AgentStore agentStore(JdbcClient jdbc) {
		return new AgentStore(jdbc);
	}

	/** Last, because a database that is away must not hold up the end of streams. */
	@Bean
	@Order
	UserRemoval userRemoval(AgentStore agents) {
		return new UserRemoval(agents);
	}

	@Bean
	SettingsStore settingsStore(JdbcClient jdbc) {
		return new SettingsStore(jdbc);
	}

	@Bean
	ResponseStore responseStore(JdbcClient jdbc) {
		return new ResponseStore(jdbc);
	}

	@Bean
	Routes routes(ModelNames names, AgentStore agents, SettingsStore settings, RoutingProperties properties) {
		return new Routes(names, new StoredPreferences(agents, settings), properties);
	}

}
