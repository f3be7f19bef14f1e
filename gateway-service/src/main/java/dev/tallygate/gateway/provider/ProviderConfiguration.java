package dev.tallygate.gateway.provider;

import dev.tallygate.security.trace.Tracing;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ProviderConfiguration {

	@Bean
	Watch watch() {
		return new Watch();
	}

	@Bean
	UpstreamClient upstreamClient(UpstreamProperties properties, Watch watch, Tracing tracing)
			throws NoSuchAlgorithmException {
		return new UpstreamClient(properties, watch, SSLContext.getDefault().getSocketFactory(), tracing);
	}

	@Bean
	MeterBinder upstreamMeters(UpstreamClient client) {
		return (registry) -> FunctionCounter
			.builder("tallygate.upstream.sockets.missing", client, UpstreamClient::missingSockets)
			.description("Connections to providers that this machine had no file, port or buffer left for")
			.register(registry);
	}

	@Bean
	Providers providers(ProviderSource source, UpstreamProperties properties) {
		return new Providers(source, properties.providersRefresh());
	}

	@Bean
	ProvidersRefresh providersRefresh(Providers providers, ObjectProvider<ProviderListener> listeners,
			UpstreamProperties properties) {
		return new ProvidersRefresh(providers, listeners.orderedStream().toList(), properties.providersRefresh());
	}

	@Bean
	AnswerRoom answerRoom(UpstreamProperties properties) {
		return new AnswerRoom(properties);
	}

	@Bean
	Breakers breakers(CircuitBreakerRegistry registry) {
		return new Breakers(registry);
	}

	@Bean
	RetryBudget retryBudget(UpstreamProperties properties) {
		return new RetryBudget(properties.retryShare(), properties.retryFloor());
	}

}
