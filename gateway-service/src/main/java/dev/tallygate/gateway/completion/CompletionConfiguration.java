package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.KeyUses;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.limits.HeapGuard;
import dev.tallygate.gateway.limits.RateLimits;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.gateway.pricing.Prices;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.gateway.routing.ModelNames;
import dev.tallygate.gateway.routing.ResponseHomes;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.ModelLabels;
import dev.tallygate.gateway.usage.TracedCalls;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.trace.Tracing;
import dev.tallygate.security.trace.TracingProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.RequestDispatcher;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

@Configuration(proxyBeanMethods = false)
class CompletionConfiguration {

	@Bean
	@Order(0)
	RunningCalls runningCalls(Introspection introspection, Watch watch, MeterRegistry registry) {
		RunningCalls calls = new RunningCalls(introspection, watch);
		Gauge.builder("tallygate.calls.running", calls, RunningCalls::size)
			.description("Calls that run now")
			.register(registry);
		return calls;
	}

	@Bean
	Tokenizer tokenizer() {
		return new Tokenizer();
	}

	@Bean
	Wires wires() {
		return new Wires();
	}

	@Bean
	KeptResponses keptResponses(ResponseHomes homes) {
		return new KeptResponses(homes);
	}

	@Bean
	BodyReader bodyReader(CompletionProperties properties) {
		return new BodyReader(properties.maxBody().toBytes(), properties.bodyTimeout(),
				properties.maxBodies().toBytes(), properties.maxBodiesPerUser().toBytes());
	}

	@Bean
	AnswerRelay answerRelay(Watch watch, Tokenizer tokenizer, KeptResponses kept, AnswerRoom room,
			UpstreamProperties limits) {
		return new AnswerRelay(watch, tokenizer, kept, room, limits);
	}

	@Bean
	Refusals refusals(RejectedKeys rejectedKeys, RouteMeters meters, Calls calls) {
		return new Refusals(rejectedKeys, meters, calls);
	}

	@Bean
	Uncharged uncharged(UpstreamClient client, Refusals refusals) {
		return new Uncharged(client, refusals);
	}

	@Bean
	CountTokens countTokens(Wires wires, Routes routes, ProviderKeys keys, Uncharged uncharged, BodyReader bodies,
			CompletionProperties properties) {
		return new CountTokens(wires.messages(), routes, keys, uncharged, bodies, properties.limits());
	}

	@Bean
	StoredResponses storedResponses(Wires wires, KeptResponses kept, Providers providers, ProviderKeys keys,
			Uncharged uncharged) {
		return new StoredResponses(wires.responses(), kept, providers, keys, uncharged);
	}

	@Bean
	UnfinishedResponses unfinishedResponses(UpstreamClient client, Tokenizer tokenizer, AnswerRoom room,
			CompletionProperties properties) {
		return new UnfinishedResponses(client, tokenizer, room, properties.unfinished());
	}

	@Bean
	Attempts attempts(UpstreamClient client, Breakers breakers, RetryBudget retries, AnswerRelay answers,
			Refusals refusals, UnfinishedResponses unfinished, ModelLabels labels) {
		return new Attempts(client, breakers, retries, answers, refusals, unfinished, labels);
	}

	@Bean
	Relay relay(Routes routes, ProviderKeys keys, Calls calls, RunningCalls running, Wires wires, Attempts attempts,
			RetryBudget retries, RouteMeters meters, Tokenizer tokenizer, KeptResponses kept, BodyReader bodies,
			Gatekeeper gatekeeper, Prices prices, CompletionProperties properties, Tracing tracing,
			TracingProperties traces) {
		return new Relay(routes, keys, TracedCalls.of(calls, tracing, traces), running,
				new Exchanges(wires, kept, prices, properties), attempts, retries, meters, tokenizer, bodies,
				gatekeeper, properties);
	}

	@Bean
	Gatekeeper gatekeeper(RateLimits rates, RepeatGuard repeats, HeapGuard heap) {
		return new Gatekeeper(rates, repeats, heap);
	}

	@Bean
	RouteMeters routeMeters(MeterRegistry registry) {
		return new RouteMeters(registry);
	}

	@Bean
	ModelRoutes modelRoutes(Providers providers, Prices prices, ModelNames names, ProviderKeys keys,
			UpstreamClient client, ModelListProperties properties, Routes routes, Wires wires, RouteMeters meters,
			ModelLabels labels) {
		return new ModelRoutes(new UsableModels(providers, prices, names, keys,
				new ProviderModels(client, properties, labels), new AllowedModels(routes), wires), wires, meters);
	}

	@Bean
	FilterRegistrationBean<WireFilter> wireFilter(Introspection introspection, KeyUses uses, Wires wires, Relay relay,
			List<WireRoute> others, Tracing tracing) {
		List<WireRoute> routes = new ArrayList<>(others);
		wires.served().forEach((served) -> routes.add(new CallRoute(served.path(), served.wire(), relay)));
		FilterRegistrationBean<WireFilter> filter = new FilterRegistrationBean<>(
				new WireFilter(uses.noting(introspection), routes, !tracing.isOff()));
		filter.addUrlPatterns("/v1/*");
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
		return filter;
	}

	/**
	 * Keeps an answer that was cut on purpose from the error page, which the container
	 * would include in the middle of a stream.
	 */
	@Bean
	FilterRegistrationBean<Filter> truncatedAnswerFilter() {
		FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
			if (!(request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof AnswerRelay.TruncatedAnswer)) {
				chain.doFilter(request, response);
			}
		});
		filter.setDispatcherTypes(DispatcherType.ERROR, DispatcherType.INCLUDE);
		filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return filter;
	}

	@Bean
	ReadinessFirst readinessFirst(CompletionProperties properties, ApplicationEventPublisher events) {
		return new ReadinessFirst(properties.drainDelay(), events);
	}

	/** An encoded slash in a path is a slash: models are called provider/model. */
	@Bean
	HttpFirewall encodedSlashes() {
		StrictHttpFirewall firewall = new StrictHttpFirewall();
		firewall.setAllowUrlEncodedSlash(true);
		return firewall;
	}

	@Bean
	Drain drain(RunningCalls calls, CompletionProperties properties) {
		return new Drain(calls, properties.drain());
	}

	/** Nothing under our paths is ever told in HTML. */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> errorsInJson() {
		return (factory) -> factory.addContextCustomizers((context) -> {
			if (context.getParent() instanceof StandardHost host) {
				host.setErrorReportValveClass(ContainerErrors.class.getName());
			}
		});
	}

	/** A chat client keeps its connection for thousands of calls. */
	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> longLivedConnections() {
		return (factory) -> factory.addConnectorCustomizers((connector) -> {
			connector.setEncodedSolidusHandling(EncodedSolidusHandling.DECODE.getValue());
			if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
				http.setMaxKeepAliveRequests(-1);
				http.setTcpNoDelay(true);
			}
			if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
				protocol.setProcessorCache(-1);
			}
		});
	}

}
