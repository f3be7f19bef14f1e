package dev.tallygate.keys.providerkey;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How a connected account stands.
 */
enum ConnectionState {

	/** Its tokens are refreshed. */
	CONNECTED,
	/** The provider refreshes them no more: the person must agree again. */
	CONNECT_AGAIN;

	@JsonValue
	String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

}
