package dev.tallygate.gateway.admission;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How budget-service is asked for leases.
 *
 * @param internalUrl its internal port
 * @param connectTimeout to connect
 * @param requestTimeout for one answer
 * @param giveBackAfter a user's line is given back when no call was made for so long, but
 * for what needs no asking
 */
@ConfigurationProperties("tallygate.budgets")
public record BudgetServiceProperties(@DefaultValue("http://localhost:8183") URI internalUrl,
		@DefaultValue("1s") Duration connectTimeout, @DefaultValue("2s") Duration requestTimeout,
		@DefaultValue("60s") Duration giveBackAfter) {

}
