package dev.tallygate.gateway.pricing;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about prices.
 *
 * @param reloadInterval how often it is looked whether the operator's file has changed
 * @param keptFile where the prices are kept of models that the operator's file has no
 * longer; nowhere when it is not set
 */
@ConfigurationProperties("tallygate.pricing")
public record PricingProperties(@DefaultValue("2s") Duration reloadInterval, @Nullable Path keptFile) {

}
