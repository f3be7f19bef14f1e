package dev.tallygate.console.keys;

import dev.tallygate.console.Moments;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's API keys, as key-service lists them; never a secret among them.
 */
record ApiKeys(@Nullable List<ApiKey> data) {

	public List<ApiKey> keys() {
		return (this.data != null) ? this.data : List.of();
	}

	/**
	 * One key.
	 */
	record ApiKey(String id, @Nullable String name, @Nullable String keyPrefix, @Nullable String keyType,
			@Nullable Instant createdAt, @Nullable Instant expiresAt, @Nullable Instant lastUsedAt,
			@Nullable Instant revokedAt) {

		public boolean revoked() {
			return this.revokedAt != null;
		}

		public String created() {
			return day(this.createdAt, "unknown");
		}

		public String expires() {
			return day(this.expiresAt, "never");
		}

		public String lastUsed() {
			return day(this.lastUsedAt, "never");
		}

		private static String day(@Nullable Instant moment, String otherwise) {
			return (moment != null) ? Moments.day(moment, ZoneOffset.UTC) : otherwise;
		}

	}

	/**
	 * A new key, with its secret this once.
	 */
	record Issued(@Nullable String name, @Nullable String secret) {
	}

}
