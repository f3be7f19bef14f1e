package dev.tallygate.keys.providerkey;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tallygate.events.UserId;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A user's provider keys. None is ever shown again.
 */
@RestController
@RequestMapping("/api/users/{user}/provider-keys")
class ProviderKeyController implements UserInPath {

	private final ProviderKeys keys;

	ProviderKeyController(ProviderKeys keys) {
		this.keys = keys;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		String provider = path.get("provider");
		if (provider != null) {
			this.keys.require(user, provider);
		}
	}

	@GetMapping
	List<ProviderKey> list(@PathUser UserId user) {
		return this.keys.list(user);
	}

	@GetMapping("/{provider}")
	Status get(@PathUser UserId user, @PathVariable String provider) {
		return Status.of(provider, this.keys.find(user, provider));
	}

	@PutMapping("/{provider}")
	Saved save(@PathUser UserId user, @PathVariable String provider, @RequestBody SaveRequest body, Caller caller,
			HttpServletRequest request) {
		return Saved.of(this.keys.save(user, provider, body.apiKey(), Actor.of(caller, request)));
	}

	@PostMapping("/{provider}/validate")
	Saved validate(@PathUser UserId user, @PathVariable String provider, Caller caller, HttpServletRequest request) {
		return Saved.of(this.keys.validate(user, provider, Actor.of(caller, request)));
	}

	@DeleteMapping("/{provider}")
	Removed remove(@PathUser UserId user, @PathVariable String provider, Caller caller, HttpServletRequest request) {
		this.keys.remove(user, provider, Actor.of(caller, request));
		return new Removed(true);
	}

	/**
	 * A key to store.
	 *
	 * @param apiKey 10 to 4096 ASCII characters
	 */
	record SaveRequest(@Nullable String apiKey) {

		@Override
		public String toString() {
			return "SaveRequest[]";
		}

	}

	/** A stored or checked key. */
	record Saved(boolean success, String provider, String maskedKey, @Nullable Boolean isValid,
			@Nullable Instant lastValidatedAt) {

		static Saved of(ProviderKey key) {
			return new Saved(true, key.provider(), key.maskedKey(), key.isValid(), key.lastValidatedAt());
		}

	}

	/** Whether there is a key. */
	record Status(String provider, boolean hasApiKey, @Nullable Boolean isValid, @Nullable String maskedKey,
			@Nullable Instant updatedAt,
			@JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ConnectionState connection) {

		static Status of(String provider, @Nullable ProviderKey key) {
			return (key != null)
					? new Status(provider, true, key.isValid(), key.maskedKey(), key.updatedAt(), key.connection())
					: new Status(provider, false, null, null, null, null);
		}

	}

	/** A removed key. */
	record Removed(boolean success) {

	}

}
