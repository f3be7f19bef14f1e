package dev.tallygate.gateway.completion.uncharged;

import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.completion.BodyReader;
import dev.tallygate.gateway.completion.CompletionProperties;
import dev.tallygate.gateway.completion.WireRoutes;
import dev.tallygate.gateway.completion.Wires;
import dev.tallygate.gateway.completion.answer.Refusals;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.gateway.routing.ResponseHomes;
import dev.tallygate.gateway.routing.Routes;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class UnchargedConfiguration {

	@Bean
	KeptResponses keptResponses(ResponseHomes homes) {
		return new KeptResponses(homes);
	}

	@Bean
	Uncharged uncharged(UpstreamClient client, Refusals refusals) {
		return new Uncharged(client, refusals);
	}

	@Bean
	Pace pace(RateLimits rates, RouteMeters meters) {
		return new Pace(rates, meters);
	}

	@Bean
	CountTokens countTokens(Wires wires, Routes routes, AllowedModels allowed, ProviderKeys keys, Pace pace,
			Uncharged uncharged, BodyReader bodies, CompletionProperties properties) {
		return new CountTokens(wires.messages(), routes, allowed, keys, pace, uncharged, bodies, properties.limits());
	}

	@Bean
	StoredResponses storedResponses(Wires wires, KeptResponses kept, Providers providers, ProviderKeys keys, Pace pace,
			Uncharged uncharged) {
		return new StoredResponses(wires.responses(), kept, providers, keys, pace, uncharged);
	}

	@Bean
	WireRoutes unchargedRoutes(CountTokens countTokens, StoredResponses storedResponses) {
		return new WireRoutes(List.of(countTokens, storedResponses));
	}

}
