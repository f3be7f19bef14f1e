package dev.tallygate.keys.user;

import dev.tallygate.security.secret.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How users come to be.
 *
 * @param adminKey the bootstrap administrator's key; null to generate one
 * @param admin where a generated one is written
 * @param signup who may sign up
 * @param signupsPerMinute how many sign-ups one address may try a minute
 */
@ConfigurationProperties("tallygate")
record UserProperties(@Nullable Secret adminKey, @DefaultValue Admin admin, @DefaultValue("closed") Signup signup,
		@DefaultValue("10") int signupsPerMinute) {

	UserProperties {
		if (signupsPerMinute < 1) {
			throw new IllegalArgumentException("tallygate.signups-per-minute must be at least 1");
		}
	}

	/**
	 * The bootstrap administrator.
	 *
	 * @param keyFile where a generated key is written, readable to its owner only
	 */
	record Admin(@DefaultValue(".tallygate/admin.key") Path keyFile) {

	}

	/** Who may sign up. */
	enum Signup {

		/** Nobody. */
		CLOSED,
		/** Anyone. */
		OPEN

	}

}
