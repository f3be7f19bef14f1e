package dev.tallygate.keys.audit;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.security.caller.Caller;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who does something.
 *
 * @param user the user; null for a service or this service itself
 * @param key the API key used, if any
 * @param service the service that asks on the user's behalf or its own
 * @param address the network address the request came from
 */
public record Actor(@Nullable UserId user, @Nullable ApiKeyId key, @Nullable String service, @Nullable String address) {

	/** This service by itself. */
	public static final Actor SELF = new Actor(null, null, "keys", null);

	/**
	 * A caller of the REST.
	 */
	public static Actor of(Caller caller, HttpServletRequest request) {
		return new Actor(caller.userId(), caller.apiKeyId(), null, request.getRemoteAddr());
	}

	/**
	 * A service that calls for itself.
	 */
	public static Actor service(String service, HttpServletRequest request) {
		return new Actor(null, null, service, request.getRemoteAddr());
	}

	/**
	 * Nobody known yet: a sign-up.
	 */
	public static Actor anonymous(String address) {
		return new Actor(null, null, null, address);
	}

	/**
	 * The same, from nowhere: for what is written down of somebody whose data is gone.
	 */
	public Actor withoutAddress() {
		return new Actor(this.user, this.key, this.service, null);
	}

	/**
	 * The same service, on behalf of a caller.
	 */
	public Actor onBehalfOf(Caller caller) {
		return new Actor(caller.userId(), caller.apiKeyId(), this.service, this.address);
	}

}
