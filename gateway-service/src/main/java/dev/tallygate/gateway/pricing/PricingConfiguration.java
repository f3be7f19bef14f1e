package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.BundledPrices;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Provides the price table in force.
 */
@Configuration(proxyBeanMethods = false)
class PricingConfiguration {

	@Bean
	PricesInForce prices(@Value("${tallygate.prices-file:#{null}}") @Nullable String file, PricingProperties properties,
			MeterRegistry registry) {
		PricesInForce prices = new PricesInForce(BundledPrices.load(),
				(file == null || file.isBlank()) ? null : new PricesFile(Path.of(file)),
				(properties.keptFile() != null) ? new KeptPrices(properties.keptFile()) : null);
		Gauge.builder("tallygate.prices.file.broken", prices, (each) -> (each.problem() != null) ? 1 : 0)
			.description("Whether the operator's price file cannot be used, so that the last good one stays in force")
			.register(registry);
		return prices;
	}

	@Bean
	PricesReload pricesReload(PricesInForce prices, PricingProperties properties) {
		return new PricesReload(prices, properties.reloadInterval());
	}

}
