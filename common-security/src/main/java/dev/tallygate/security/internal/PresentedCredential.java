package dev.tallygate.security.internal;

import dev.tallygate.security.secret.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a service presents by HTTP Basic.
 *
 * @param service the name it says it has
 * @param secret its secret, or at a service that must not know that one, a proof of it
 */
record PresentedCredential(String service, Secret secret) {

	private static final String BASIC = "Basic ";

	/** Reads an {@code Authorization} header; null for anything else. */
	static @Nullable PresentedCredential of(@Nullable String authorization) {
		if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
			return null;
		}
		String nameAndSecret = decode(authorization.substring(BASIC.length()).trim());
		int colon = nameAndSecret.indexOf(':');
		return (colon < 0) ? null : new PresentedCredential(nameAndSecret.substring(0, colon),
				Secret.of(nameAndSecret.substring(colon + 1)));
	}

	private static String decode(String base64) {
		try {
			return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

	String header() {
		return BASIC + this.secret.useText((text) -> Base64.getEncoder()
			.encodeToString((this.service + ":" + text).getBytes(StandardCharsets.UTF_8)));
	}

}
