package dev.tallygate.security.internal;

import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Service-to-service credentials, by HTTP Basic: the calling service's name and its own
 * secret.
 */
public final class ServiceCredentials {

	static final int MIN_LENGTH = 32;

	private static final String BASIC = "Basic ";

	/** Compared with when the service is unknown, so that this takes as long. */
	private static final Secret NOBODY = Secret.of("x".repeat(MIN_LENGTH));

	private final @Nullable String name;

	private final Map<String, Secret> secrets;

	/**
	 * Takes what is configured.
	 * @throws UnusableSecretException when a secret is shorter than 32 characters or used
	 * twice
	 */
	public ServiceCredentials(ServiceProperties properties) {
		this.name = properties.name();
		this.secrets = properties.secret();
		this.secrets.forEach(ServiceCredentials::checkLength);
		checkDistinct(List.copyOf(this.secrets.entrySet()));
	}

	/**
	 * The value of the {@code Authorization} header that this service presents.
	 * @throws UnusableSecretException when its own secret is not configured
	 */
	public String authorization() {
		String self = (this.name != null) ? this.name : "";
		Secret own = this.secrets.get(self);
		if (own == null) {
			throw new UnusableSecretException(variable(self), "is not set",
					"Set it to a random secret of at least " + MIN_LENGTH + " characters, the same at key-service.");
		}
		return BASIC + own.useText(
				(text) -> Base64.getEncoder().encodeToString((self + ":" + text).getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * Which service presents this {@code Authorization} header; empty when none does.
	 */
	Optional<String> authenticate(@Nullable String authorization) {
		if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
			return Optional.empty();
		}
		String userAndSecret = decode(authorization.substring(BASIC.length()).trim());
		int colon = userAndSecret.indexOf(':');
		if (colon < 0) {
			return Optional.empty();
		}
		String service = userAndSecret.substring(0, colon);
		Secret presented = Secret.of(userAndSecret.substring(colon + 1));
		Secret expected = this.secrets.get(service);
		boolean same = presented.matches((expected != null) ? expected : NOBODY);
		return (same && expected != null) ? Optional.of(service) : Optional.empty();
	}

	private static String decode(String base64) {
		try {
			return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return "";
		}
	}

	private static void checkLength(String service, Secret secret) {
		if (secret.length() < MIN_LENGTH) {
			throw new UnusableSecretException(variable(service), "is shorter than " + MIN_LENGTH + " characters",
					"Set it to a random secret of at least " + MIN_LENGTH + " characters.");
		}
	}

	private static void checkDistinct(List<Map.Entry<String, Secret>> entries) {
		for (int i = 0; i < entries.size(); i++) {
			for (int j = i + 1; j < entries.size(); j++) {
				if (entries.get(i).getValue().matches(entries.get(j).getValue())) {
					throw new UnusableSecretException(variable(entries.get(i).getKey()),
							"is the same as " + variable(entries.get(j).getKey()),
							"Give every service its own secret.");
				}
			}
		}
	}

	private static String variable(String service) {
		return "TALLYGATE_SERVICE_SECRET_" + service.toUpperCase(java.util.Locale.ROOT);
	}

}
