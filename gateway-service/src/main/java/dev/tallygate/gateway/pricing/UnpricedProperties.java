package dev.tallygate.gateway.pricing;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What becomes of models without a price.
 *
 * @param unpricedOnSystemKeys whether they are let through on the operator's own key,
 * although no credits are taken for them; on a caller's key they always are, unless a
 * hard limit holds
 */
@ConfigurationProperties("tallygate.admission")
public record UnpricedProperties(@DefaultValue("off") boolean unpricedOnSystemKeys) {

}
