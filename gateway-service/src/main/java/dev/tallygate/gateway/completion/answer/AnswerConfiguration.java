package dev.tallygate.gateway.completion.answer;

import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.usage.Calls;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class AnswerConfiguration {

	@Bean
	RouteMeters routeMeters(MeterRegistry registry) {
		return new RouteMeters(registry);
	}

	@Bean
	Refusals refusals(RejectedKeys rejectedKeys, RouteMeters meters, Calls calls) {
		return new Refusals(rejectedKeys, meters, calls);
	}

}
