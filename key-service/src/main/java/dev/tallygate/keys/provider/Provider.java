package dev.tallygate.keys.provider;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.net.IDN;
import java.net.URI;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A configured provider.
 *
 * @param name by which it is addressed
 * @param displayName what people call it
 * @param dialect the wire it speaks
 * @param baseUrl where it is, version path included, without a trailing slash
 * @param needsKey whether it takes no call without a key
 * @param wires the kinds of call it answers
 * @param onDisconnect what becomes of a call when the client goes away
 * @param usageQuirks in what its usage differs from its dialect's
 * @param validation how a key is checked
 * @param validationModel the model of the one-token call
 * @param oauth how an account is connected instead; null where it cannot
 */
public record Provider(String name, String displayName, Dialect dialect, URI baseUrl, boolean needsKey, Set<Wire> wires,
		OnDisconnect onDisconnect, Set<UsageQuirk> usageQuirks, @JsonIgnore Validation validation,
		@JsonIgnore String validationModel, @JsonIgnore @Nullable OAuth oauth) {

	private static final int HTTP = 80;

	private static final int HTTPS = 443;

	public Provider {
		wires = Collections.unmodifiableSet(new TreeSet<>(wires));
		usageQuirks = Collections.unmodifiableSet(new TreeSet<>(usageQuirks));
	}

	/**
	 * Scheme, host and port in one canonical form, the default port left out: the one
	 * place a key saved for this provider may be sent to.
	 */
	@JsonIgnore
	public String origin() {
		String scheme = this.baseUrl.getScheme().toLowerCase(Locale.ROOT);
		String host = IDN.toASCII(this.baseUrl.getHost()).toLowerCase(Locale.ROOT);
		int port = this.baseUrl.getPort();
		boolean standard = port < 0 || (scheme.equals("https") && port == HTTPS)
				|| (scheme.equals("http") && port == HTTP);
		return scheme + "://" + host + (standard ? "" : ":" + port);
	}

}
