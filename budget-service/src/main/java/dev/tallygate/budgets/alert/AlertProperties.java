package dev.tallygate.budgets.alert;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many alerts there may be.
 *
 * @param unpricedPerUser of how many models without a price one user's calls raise an
 * alert within a month, at least 1; {@code GET /api/usage/unpriced} lists all
 */
@ConfigurationProperties("tallygate.alerts")
public record AlertProperties(@DefaultValue("10") int unpricedPerUser) {

	public AlertProperties {
		if (unpricedPerUser < 1) {
			throw new IllegalArgumentException("'tallygate.alerts.unpriced-per-user' must be at least 1");
		}
	}

}
