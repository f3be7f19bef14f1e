package dev.tallygate.gateway.pricing;

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
	PriceTable priceTable(@Value("${tallygate.prices-file:#{null}}") @Nullable String file) {
		PriceTable bundled = BundledPrices.load();
		return (file == null || file.isBlank()) ? bundled : bundled.overlaidBy(PricesFile.load(Path.of(file)));
	}

}
