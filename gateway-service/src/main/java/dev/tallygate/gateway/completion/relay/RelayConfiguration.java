package dev.tallygate.gateway.completion.relay;

import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.completion.BodyReader;
import dev.tallygate.gateway.completion.CompletionProperties;
import dev.tallygate.gateway.completion.WireRoute;
import dev.tallygate.gateway.completion.WireRoutes;
import dev.tallygate.gateway.completion.Wires;
import dev.tallygate.gateway.completion.answer.Refusals;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.completion.running.RunningCalls;
import dev.tallygate.gateway.completion.uncharged.KeptResponses;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.limits.HeapGuard;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.PauseProperties;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.gateway.usage.TracedCalls;
import dev.tallygate.security.trace.Tracing;
import dev.tallygate.security.trace.TracingProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class RelayConfiguration {

	@Bean
	Tokenizer tokenizer() {
		return new Tokenizer();
	}

	@Bean
	AnswerRelay answerRelay(Watch watch, KeptResponses kept, AnswerRoom room, Refusals refusals,
			UpstreamProperties limits, CompletionProperties properties) {
		return new AnswerRelay(watch, kept, room, refusals, limits, properties.lastWords());
	}

	@Bean
	UnfinishedResponses unfinishedResponses(UpstreamClient client, AnswerRoom room, KeptResponses kept,
			CompletionProperties properties) {
		return new UnfinishedResponses(client, room, kept, properties.unfinished());
	}

	@Bean
	Attempts attempts(UpstreamClient client, Breakers breakers, RetryBudget retries, AnswerRelay answers,
			Refusals refusals, UnfinishedResponses unfinished, ModelLabels labels, PauseProperties pauses) {
		return new Attempts(client, breakers, retries, answers, refusals, unfinished, labels, new Pauses(pauses));
	}

	@Bean
	Gatekeeper gatekeeper(RateLimits rates, RepeatGuard repeats, HeapGuard heap) {
		return new Gatekeeper(rates, repeats, heap);
	}

	@Bean
	Relay relay(Routes routes, AllowedModels allowed, ProviderKeys keys, Calls calls, RunningCalls running, Wires wires,
			Attempts attempts, RetryBudget retries, RouteMeters meters, Tokenizer tokenizer, KeptResponses kept,
			BodyReader bodies, Gatekeeper gatekeeper, Prices prices, CompletionProperties properties, Tracing tracing,
			TracingProperties traces) {
		return new Relay(routes, allowed, keys, TracedCalls.of(calls, tracing, traces), running,
				new Exchanges(wires, kept, prices, properties), attempts, retries, meters, tokenizer, bodies,
				gatekeeper, properties);
	}

	/** What is asked for most is looked for first. */
	@Bean
	@Order(0)
	WireRoutes callRoutes(Wires wires, Relay relay) {
		return new WireRoutes(wires.served()
			.stream()
			.<WireRoute>map((served) -> new CallRoute(served.path(), served.wire(), relay))
			.toList());
	}

}
