package dev.tallygate.keys.user;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who counts as having left.
 *
 * @param leaverAfter how long after the last token of the OIDC issuer a person's keys are
 * revoked, such as 30d, at least 2h; null for never
 * @param leaverInterval how often it is looked
 */
@ConfigurationProperties("tallygate.oidc")
record LeaverProperties(@Nullable Duration leaverAfter, @DefaultValue("10m") Duration leaverInterval) {

	/** It is noted once an hour that somebody was there. */
	private static final Duration SHORTEST = Duration.ofHours(2);

	LeaverProperties {
		if (leaverAfter != null && leaverAfter.compareTo(SHORTEST) < 0) {
			throw new IllegalArgumentException(
					"tallygate.oidc.leaver-after must be 2h or more, because presence is noted once an hour");
		}
	}

}
