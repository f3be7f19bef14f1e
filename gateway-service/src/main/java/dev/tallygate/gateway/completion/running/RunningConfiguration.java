package dev.tallygate.gateway.completion.running;

import dev.tallygate.gateway.completion.CompletionProperties;
import dev.tallygate.gateway.completion.OpenRequests;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.security.caller.Introspection;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

@Configuration(proxyBeanMethods = false)
class RunningConfiguration {

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
	ReadinessFirst readinessFirst(CompletionProperties properties, ApplicationEventPublisher events) {
		return new ReadinessFirst(properties.drainDelay(), events);
	}

	@Bean
	Drain drain(OpenRequests requests, RunningCalls calls, CompletionProperties properties) {
		return new Drain(requests, calls, properties.drain());
	}

}
