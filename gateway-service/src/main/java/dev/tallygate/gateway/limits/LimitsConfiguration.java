package dev.tallygate.gateway.limits;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class LimitsConfiguration {

	@Bean
	RateLimits rateLimits(RateLimitProperties properties) {
		return new RateLimits(properties);
	}

	@Bean
	RepeatGuard repeatGuard(GuardProperties properties) {
		return new RepeatGuard(properties);
	}

	@Bean
	HeapGuard heapGuard(GuardProperties properties) {
		return HeapGuard.of(properties);
	}

}
