package dev.tallygate.console.keys;

import dev.tallygate.console.Moments;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A key the person saved for a provider, as key-service tells it: masked.
 *
 * @param connection {@code connected} or {@code connect_again} for an account; null for a
 * key
 */
record ProviderKey(@Nullable String provider, @Nullable String maskedKey, @Nullable Boolean isValid,
		@Nullable Instant lastValidatedAt, @Nullable String connection) {

	/** Whether it is an account that was connected, not a key that was typed. */
	public boolean connected() {
		return this.connection != null;
	}

	/** Whether the provider refreshes the account no more. */
	public boolean lost() {
		return "connect_again".equals(this.connection);
	}

	public String checked() {
		return (this.lastValidatedAt != null)
				? "Checked " + Moments.minute(this.lastValidatedAt, ZoneOffset.UTC) + " UTC" : "Never checked";
	}

}
