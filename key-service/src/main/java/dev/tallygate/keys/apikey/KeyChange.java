package dev.tallygate.keys.apikey;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import dev.tallygate.security.caller.Tags;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to change of a key, which keeps its secret. What is absent stays; null takes a
 * limit or all tags away. A class, not a record, because a record cannot tell absent from
 * null.
 */
@JsonAutoDetect(getterVisibility = JsonAutoDetect.Visibility.NONE)
final class KeyChange {

	@JsonProperty
	private @Nullable String name;

	private @Nullable Instant expiresAt;

	private boolean expiresAtGiven;

	private @Nullable List<String> allowedModels;

	private boolean allowedModelsGiven;

	private @Nullable Tags tags;

	private boolean tagsGiven;

	@JsonSetter("expiresAt")
	void expiresAt(@Nullable Instant end) {
		this.expiresAt = end;
		this.expiresAtGiven = true;
	}

	@JsonSetter("allowedModels")
	void allowedModels(@Nullable List<String> models) {
		this.allowedModels = models;
		this.allowedModelsGiven = true;
	}

	@JsonSetter("tags")
	void tags(@Nullable Tags values) {
		this.tags = values;
		this.tagsGiven = true;
	}

	/** Whether it says what the key may call. */
	boolean givesModels() {
		return this.allowedModelsGiven;
	}

	/**
	 * The key after it, checked where it changes.
	 */
	ApiKey applyTo(ApiKey key, Instant now) {
		return key.with((this.name != null) ? KeyRules.name(this.name) : key.name(),
				this.expiresAtGiven ? KeyRules.end(this.expiresAt, now) : key.expiresAt(),
				this.allowedModelsGiven ? KeyRules.models(this.allowedModels) : key.allowedModels(),
				this.tagsGiven ? KeyRules.tags(this.tags) : key.tags());
	}

}
