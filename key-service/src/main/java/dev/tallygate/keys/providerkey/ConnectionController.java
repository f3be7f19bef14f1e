package dev.tallygate.keys.providerkey;

import dev.tallygate.events.UserId;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.PathUser;
import dev.tallygate.security.caller.UserInPath;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Connecting an account at a provider instead of pasting a key.
 */
@RestController
@RequestMapping("/api/users/{user}/provider-keys/{provider}/connect")
class ConnectionController implements UserInPath {

	private final Connections connections;

	private final ProviderKeys keys;

	ConnectionController(Connections connections, ProviderKeys keys) {
		this.connections = connections;
		this.keys = keys;
	}

	@Override
	public void requireOf(UserId user, Map<String, String> path, Caller caller) {
		String provider = path.get("provider");
		if (provider != null) {
			this.keys.require(user, provider);
		}
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Connections.Started start(@PathUser UserId user, @PathVariable String provider) {
		return this.connections.start(user, provider);
	}

	@PostMapping("/complete")
	ProviderKeyController.Saved finish(@PathUser UserId user, @PathVariable String provider, @RequestBody Consent body,
			Caller caller, HttpServletRequest request) {
		return ProviderKeyController.Saved
			.of(this.connections.finish(user, provider, body.state(), body.code(), Actor.of(caller, request)));
	}

	/**
	 * What the provider sent the person back with.
	 *
	 * @param state as it was handed out
	 * @param code of the provider
	 */
	record Consent(@Nullable String state, @Nullable String code) {

		@Override
		public String toString() {
			return "Consent[]";
		}

	}

}
