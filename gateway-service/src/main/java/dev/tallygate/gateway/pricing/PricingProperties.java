package dev.tallygate.gateway.pricing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about prices.
 *
 * @param reloadInterval how often it is looked whether the operator's file has changed
 */
@ConfigurationProperties("tallygate.pricing")
public record PricingProperties(@DefaultValue("2s") Duration reloadInterval) {

}
