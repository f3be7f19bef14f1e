package dev.tallygate.gateway.provider;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A provider as key-service lists it.
 *
 * @param name by which models are addressed, such as {@code openai}
 * @param dialect the wire it speaks
 * @param baseUrl where it is, version path included; only to show, calls go where the
 * revealed credential says
 * @param needsKey whether it takes no call without a key
 * @param hasSystemKey whether the operator has a key for it
 * @param wires the wires it speaks, as key-service calls them; null where key-service
 * does not say
 * @param onDisconnect what becomes of a call whose caller left: {@code drain} reads it to
 * its end, for the provider bills it all the same; anything else ends it
 */
public record Provider(String name, Dialect dialect, URI baseUrl, boolean needsKey, boolean hasSystemKey,
		@Nullable List<String> wires, @Nullable String onDisconnect) {

	/** A provider of which no more is known. */
	public Provider(String name, Dialect dialect, URI baseUrl, boolean needsKey, boolean hasSystemKey) {
		this(name, dialect, baseUrl, needsKey, hasSystemKey, null, null);
	}

	/** Whether a call whose caller left is read to its end. */
	public boolean drains() {
		return "drain".equals(this.onDisconnect);
	}

}
