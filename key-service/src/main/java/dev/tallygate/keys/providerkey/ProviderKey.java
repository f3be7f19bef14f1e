package dev.tallygate.keys.providerkey;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tallygate.events.ProviderKeyEvent;
import dev.tallygate.events.UserId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;

/**
 * A stored provider key, as its owner may see it.
 *
 * @param id the record
 * @param ownerId whose
 * @param provider at which provider
 * @param maskedKey the part that is shown
 * @param isValid what the provider last said; null when it was never asked
 * @param lastValidatedAt when it said so
 * @param createdAt when first stored
 * @param updatedAt when last changed
 * @param version grows with every change that is saved, validity included; 0 for one that
 * never was
 * @param connection how the connected account stands; null for a key
 * @param tokenExpiresAt when its access token dies; null for a key or when nobody said
 */
record ProviderKey(@Id UUID id, @JsonIgnore UserId ownerId, String provider, String maskedKey,
		@Nullable Boolean isValid, @Nullable Instant lastValidatedAt, Instant createdAt, Instant updatedAt,
		@Version @JsonIgnore long version,
		@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ConnectionState connection,
		@JsonIgnore @Nullable Instant tokenExpiresAt) {

	/** With another secret: a key. */
	ProviderKey replaced(String mask, @Nullable Boolean valid, @Nullable Instant validatedAt, Instant now) {
		return new ProviderKey(this.id, this.ownerId, this.provider, mask, valid, validatedAt, this.createdAt, now,
				this.version, null, null);
	}

	/** With the tokens of a connected account. */
	ProviderKey connected(String mask, @Nullable Instant end, Instant now) {
		return new ProviderKey(this.id, this.ownerId, this.provider, mask, true, now, this.createdAt, now, this.version,
				ConnectionState.CONNECTED, end);
	}

	/** To be connected again. */
	ProviderKey lost(Instant now) {
		return new ProviderKey(this.id, this.ownerId, this.provider, this.maskedKey, false, now, this.createdAt, now,
				this.version, ConnectionState.CONNECT_AGAIN, null);
	}

	ProviderKey judged(boolean valid, Instant now) {
		return new ProviderKey(this.id, this.ownerId, this.provider, this.maskedKey, valid, now, this.createdAt, now,
				this.version, this.connection, this.tokenExpiresAt);
	}

	ProviderKeyEvent.Saved saved() {
		return new ProviderKeyEvent.Saved(this.id, this.ownerId, this.provider, this.version);
	}

	ProviderKeyEvent.Removed removed() {
		return new ProviderKeyEvent.Removed(this.id, this.ownerId, this.provider, this.version + 1);
	}

	ProviderKeyEvent.Invalidated invalidated() {
		return new ProviderKeyEvent.Invalidated(this.id, this.ownerId, this.provider, this.version);
	}

}
