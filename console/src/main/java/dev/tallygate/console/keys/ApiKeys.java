package dev.tallygate.console.keys;

import dev.tallygate.console.Moments;
import dev.tallygate.console.services.PathName;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A page of a person's API keys, as key-service lists them; never a secret among them.
 */
record ApiKeys(@Nullable List<ApiKey> data, @Nullable String nextCursor) {

	List<ApiKey> keys() {
		return (this.data != null) ? this.data : List.of();
	}

	/**
	 * One key.
	 *
	 * @param allowedModels what it may call; null for everything
	 * @param tags what every call of it is marked with
	 */
	record ApiKey(String id, @Nullable String name, @Nullable String keyPrefix, @Nullable String keyType,
			@Nullable Instant createdAt, @Nullable Instant expiresAt, @Nullable Instant lastUsedAt,
			@Nullable Instant revokedAt, @Nullable List<String> allowedModels, @Nullable Map<String, String> tags) {

		public boolean revoked() {
			return this.revokedAt != null;
		}

		/** Whether there is a page about it. */
		public boolean open() {
			return !revoked() && PathName.canBe(this.id);
		}

		public boolean production() {
			return "prod".equals(this.keyType);
		}

		public String created() {
			return day(this.createdAt, "unknown");
		}

		public String expires() {
			return day(this.expiresAt, "never");
		}

		/** As a form's field has it; empty for never. */
		public String expiryDate() {
			return (this.expiresAt != null) ? this.expiresAt.atZone(ZoneOffset.UTC).toLocalDate().toString() : "";
		}

		public String lastUsed() {
			return (this.lastUsedAt != null) ? Moments.minute(this.lastUsedAt, ZoneOffset.UTC) : "never";
		}

		/** As people type them, one after the other. */
		public String models() {
			return (this.allowedModels != null) ? String.join(", ", this.allowedModels) : "";
		}

		/** As the header has them. */
		public String tagText() {
			return (this.tags == null) ? ""
					: this.tags.entrySet()
						.stream()
						.map((tag) -> tag.getKey() + "=" + tag.getValue())
						.sorted()
						.collect(Collectors.joining(", "));
		}

		private static String day(@Nullable Instant moment, String otherwise) {
			return (moment != null) ? Moments.day(moment, ZoneOffset.UTC) : otherwise;
		}

	}

	/**
	 * A new key or a new secret of one, shown this once.
	 */
	record Issued(@Nullable String id, @Nullable String name, @Nullable String secret) {
	}

}
