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
	ProviderModels providerModels(UpstreamClient client, ModelListProperties properties, ModelLabels labels) {
		return new ProviderModels(client, properties, labels);
	}

	@Bean
	UsableModels usableModels(Providers providers, Prices prices, ModelNames names, ProviderKeys keys,
			ProviderModels lists, AllowedModels allowed, Wires wires) {
		return new UsableModels(providers, prices, names, keys, lists, allowed, wires);
	}

	@Bean
	UnknownModels unknownModels(Providers providers, Prices prices, ModelNames names, ProviderModels lists) {
		return new UnknownModels(providers, prices, names, lists);
	}

	@Bean
	WireRoutes modelRoutes(UsableModels models, Wires wires, RouteMeters meters) {
		return new WireRoutes(List.of(new ModelRoutes(models, wires, meters)));
	}

}
