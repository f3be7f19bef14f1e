package dev.tallygate.gateway.completion.models;

import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.completion.WireRoutes;
import dev.tallygate.gateway.completion.Wires;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.usage.ModelLabels;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ModelsConfiguration {

	@Bean
	UsableModels usableModels(Providers providers, Prices prices, ModelNames names, ProviderKeys keys,
			UpstreamClient client, ModelListProperties properties, AllowedModels allowed, Wires wires,
			ModelLabels labels) {
		return new UsableModels(providers, prices, names, keys, new ProviderModels(client, properties, labels), allowed,
				wires);
	}

	@Bean
	WireRoutes modelRoutes(UsableModels models, Wires wires, RouteMeters meters) {
		return new WireRoutes(List.of(new ModelRoutes(models, wires, meters)));
	}

}
