package dev.tallygate.console.keys;

import dev.tallygate.console.Moments;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * A key the person saved for a provider, as key-service tells it: masked.
 */
record ProviderKey(@Nullable String provider, @Nullable String maskedKey, @Nullable Boolean isValid,
		@Nullable Instant lastValidatedAt) {

	public String checked() {
		return (this.lastValidatedAt != null)
				? "Checked " + Moments.minute(this.lastValidatedAt, ZoneOffset.UTC) + " UTC" : "Never checked";
	}

}
