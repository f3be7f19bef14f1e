package dev.tallygate.security.internal;

import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.secret.UnusableSecretException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Service-to-service credentials, by HTTP Basic: the calling service's name and its own
 * secret.
 */
public final class ServiceCredentials {

	static final int MIN_LENGTH = 32;

	private static final String KEY_SERVICE = "keys";

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
	 * The value of the {@code Authorization} header that this service presents to
	 * key-service, which knows every service's secret.
	 * @throws UnusableSecretException when its own secret is not configured
	 */
	public String authorization() {
		return new PresentedCredential(self(), own()).header();
	}

	/**
	 * The value of the {@code Authorization} header that this service presents to another
	 * one than key-service: with a proof that is good there alone, for who knows a
	 * service's secret can pass for it.
	 * @param audience the name of the service that is called
	 * @throws UnusableSecretException when its own secret is not configured
	 */
	public String authorizationAt(String audience) {
		return new PresentedCredential(self(), ServiceProof.of(own(), self(), audience)).header();
	}

	private String self() {
		return (this.name != null) ? this.name : "";
	}

	private Secret own() {
		Secret own = this.secrets.get(self());
		if (own == null) {
			throw new UnusableSecretException(variable(self()), "is not set",
					"Set it to a random secret of at least " + MIN_LENGTH + " characters, the same at key-service.");
		}
		return own;
	}

	/**
	 * What to say when key-service does not take this service's own secret.
	 */
	public UnusableSecretException unknown() {
		return new UnusableSecretException(variable(self()), "is not the one that key-service has for this service",
				"Give both the same one.");
	}

	/**
	 * Whether this is key-service, the one that is asked about proofs. Its name decides:
	 * whoever knows others' secrets could be a service with an environment of the first
	 * release, which gave budget-service all of them.
	 */
	boolean ofKeyService() {
		return KEY_SERVICE.equals(this.name);
	}

	/**
	 * Which service presents its secret; empty when none does.
	 */
	Optional<String> authenticate(@Nullable PresentedCredential presented) {
		if (presented == null) {
			return Optional.empty();
		}
		Secret expected = this.secrets.get(presented.service());
		boolean same = presented.secret().matches((expected != null) ? expected : NOBODY);
		return (same && expected != null) ? Optional.of(presented.service()) : Optional.empty();
	}

	/**
	 * Whether {@code service} has shown {@code audience} a right proof.
	 */
	public boolean isProof(String service, String audience, Secret presented) {
		Secret known = this.secrets.get(service);
		Secret expected = ServiceProof.of((known != null) ? known : NOBODY, service, audience);
		return presented.matches(expected) && known != null;
	}

	/**
	 * Whether an {@code Authorization} header is what {@code service} shows
	 * {@code audience}, where that one knows its secret.
	 * @param authorization the header; null where there is none
	 */
	public boolean isShownBy(String service, String audience, @Nullable String authorization) {
		PresentedCredential presented = PresentedCredential.of(authorization);
		return presented != null && presented.service().equals(service)
				&& isProof(service, audience, presented.secret());
	}

	/** Whether this service can show who it is. */
	public boolean hasOwn() {
		return this.secrets.containsKey(self());
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
		return "TALLYGATE_SERVICE_SECRET_" + service.toUpperCase(Locale.ROOT);
	}

}
