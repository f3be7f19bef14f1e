package dev.tallygate.budgets.webhook;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of alerts.
 *
 * @param id its id
 * @param url where it is
 * @param description what its owner calls it, up to 200 characters
 * @param format how it wants to be told
 * @param types the types of alert it wants; empty for all
 * @param enabled whether it is told at all
 * @param disabledReason why it was disabled by itself; null when it was not
 * @param secret what deliveries are signed with, sealed
 * @param oldSecret what signs too, until then; null for none
 * @param oldSecretUntil when the old secret ends
 * @param failingSince since when every attempt failed; null while the last one worked
 * @param createdAt when it was made
 */
record Webhook(UUID id, String url, String description, Format format, List<String> types, boolean enabled,
		@Nullable String disabledReason, SealedSecret secret, @Nullable SealedSecret oldSecret,
		@Nullable Instant oldSecretUntil, @Nullable Instant failingSince, Instant createdAt) {

	/** The type of a delivery that only tries the way. */
	static final String TEST = "webhook.test";

	/** How a webhook wants to be told. */
	enum Format {

		CLOUDEVENTS, SLACK;

		String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * What signs then: the secret, and beside it the old one while receivers change over.
	 * Empty when the secret does not open; an old one that does not is left out.
	 */
	List<SigningSecret> signing(Instant at, SecretSeal seal) {
		Optional<SigningSecret> current = seal.open(this.secret, this.id);
		if (current.isEmpty()) {
			return List.of();
		}
		boolean overlapping = this.oldSecretUntil != null && at.isBefore(this.oldSecretUntil);
		Optional<SigningSecret> old = (this.oldSecret != null && overlapping) ? seal.open(this.oldSecret, this.id)
				: Optional.empty();
		return Stream.concat(current.stream(), old.stream()).toList();
	}

	boolean wants(String type) {
		return this.types.isEmpty() || this.types.contains(type) || type.equals(TEST);
	}

}
