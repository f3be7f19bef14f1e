package dev.tallygate.gateway.routing;

import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.Providers;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Names, preferences and the stores behind them, which hear last of users who are gone: a
 * database that is away must not hold up the end of streams.
 */
@Configuration(proxyBeanMethods = false)
class RoutingConfiguration {

	@Bean
	ModelNames modelNames(Providers providers, Prices prices) {
		return new ModelNames(providers, prices);
	}

	@Bean
	@Order
	AgentStore agentStore(JdbcClient jdbc, RoutingProperties properties) {
		return new AgentStore(jdbc, properties.rememberChoices());
	}

	@Bean
	@Order
	SettingsStore settingsStore(JdbcClient jdbc, RoutingProperties properties) {
		return new SettingsStore(jdbc, properties.rememberChoices());
	}

	@Bean
	@Order
	ResponseStore responseStore(JdbcClient jdbc) {
		return new ResponseStore(jdbc);
	}

	@Bean
	Routes routes(ModelNames names, AgentStore agents, SettingsStore settings, RoutingProperties properties) {
		return new Routes(names, agents::ofCall, settings::preferredModelOfCall, properties);
	}

	@Bean
	AllowedModels allowedModels(Routes routes) {
		return new AllowedModels(routes);
	}

}
