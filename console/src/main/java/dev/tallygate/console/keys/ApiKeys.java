package dev.tallygate.console.keys;

import dev.tallygate.console.Moments;
import dev.tallygate.console.services.Notice;
import dev.tallygate.console.services.PathName;
import dev.tallygate.console.services.Seen;
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

		/** Its last day. */
		public String expires() {
			return day((this.expiresAt != null) ? lastMoment(this.expiresAt) : null, "never");
		}

		/** A key that ends at midnight has the day before as its last. */
		private static Instant lastMoment(Instant end) {
			return end.minusNanos(1);
		}

		/** As a form's field has it; empty for never. */
		public String expiryDate() {
			return (this.expiresAt != null) ? lastMoment(this.expiresAt).atZone(ZoneOffset.UTC).toLocalDate().toString()
					: "";
		}

		public String lastUsed() {
			return (this.lastUsedAt != null) ? Moments.minute(this.lastUsedAt, ZoneOffset.UTC) : "never";
		}

		/** What the form to change it was filled from. */
		public String seen() {
			return Seen.of(this.name, this.expiresAt, models(), tagText());
		}

		/** The day alone, where there is little room. */
		public String lastUsedDay() {
			return day(this.lastUsedAt, "never");
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

		/** What it is held to and marked with, in short; empty where it may do all. */
		public String rules() {
			String models = models().isEmpty() ? "" : "only " + models();
			return models + ((models.isEmpty() || tagText().isEmpty()) ? "" : " · ") + tagText();
		}

		private static String day(@Nullable Instant moment, String otherwise) {
			return (moment != null) ? Moments.day(moment, ZoneOffset.UTC) : otherwise;
		}

	}

	/**
	 * The secrets of a key that programs may present now.
	 */
	record Secrets(@Nullable List<Live> data, @Nullable String nextCursor) {

		public List<Live> all() {
			return (this.data != null) ? this.data : List.of();
		}

	}

	/**
	 * One of them, without the secret.
	 *
	 * @param diesAt when it dies by itself; null for the current one
	 */
	record Live(@Nullable String id, @Nullable String keyPrefix, @Nullable Instant createdAt, @Nullable Instant diesAt,
			boolean current) {

		public String prefix() {
			return (this.keyPrefix != null) ? this.keyPrefix + "…" : "not known any more";
		}

		public String made() {
			return (this.createdAt != null) ? Moments.minute(this.createdAt, ZoneOffset.UTC) : "unknown";
		}

		public String ends() {
			return (this.diesAt != null) ? Moments.minute(this.diesAt, ZoneOffset.UTC) : "with the key";
		}

		/** Whether it can be ended here; the current one ends with the key. */
		public boolean endable() {
			return !this.current && PathName.canBe(this.id);
		}

	}

	/**
	 * A new key or a new secret of one, shown this once.
	 *
	 * @param unknownModels what of its models nothing knows; null for none
	 */
	record Issued(@Nullable String id, @Nullable String name, @Nullable String secret,
			@Nullable List<String> unknownModels) {

		public @Nullable Notice unknown() {
			return ApiKeys.unknown(this.unknownModels);
		}

	}

	/**
	 * A key that was changed.
	 *
	 * @param unknownModels what of its models nothing knows; null for none
	 */
	record Changed(@Nullable List<String> unknownModels) {

		@Nullable Notice unknown() {
			return ApiKeys.unknown(this.unknownModels);
		}

	}

	private static @Nullable Notice unknown(@Nullable List<String> models) {
		return (models == null || models.isEmpty()) ? null : new Notice(
				"No model is known of " + String.join(", ", models),
				"The key is as you wanted it. If that is a typing error, correct it on the key’s page; the names are "
						+ "under Models.");
	}

}
