package dev.tallygate.console.session;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import dev.tallygate.security.secret.Secret;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * Signs a person in with a Tallygate API key: key-service says whose it is.
 */
class ApiKeySignIn implements AuthenticationProvider {

	/** Below and above this no key exists; spares the look-up. */
	private static final int SHORTEST = 10;

	private static final int LONGEST = 512;

	private static final SimpleGrantedAuthority USER = new SimpleGrantedAuthority("ROLE_USER");

	private static final SimpleGrantedAuthority ADMIN = new SimpleGrantedAuthority("ROLE_ADMIN");

	private final ServiceClient services;

	private final Clock clock;

	ApiKeySignIn(ServiceClient services, Clock clock) {
		this.services = services;
		this.clock = clock;
	}

	@Override
	public Authentication authenticate(Authentication attempt) throws AuthenticationException {
		String presented = (attempt.getCredentials() instanceof String text) ? text.strip() : "";
		if (!canBeAKey(presented)) {
			throw new BadCredentialsException("not a key");
		}
		Secret key = Secret.of(presented);
		return switch (this.services.get(Service.KEYS, key, Me.class, "/api/users/me")) {
			case Answer.Given<Me>(Me me) -> signedIn(me, key);
			case Answer.NotAvailable<Me>(Service service) ->
				throw new AuthenticationServiceException(service.title() + " does not answer");
			case Answer.KeyNotAccepted<Me>() -> throw new BadCredentialsException("key not accepted");
			case Answer.Refused<Me>(int status, String code, String message) ->
				throw new BadCredentialsException("key refused");
		};
	}

	private Authentication signedIn(Me me, Secret key) {
		SignedIn person = new SignedIn(me.name(), me.email(), "admin".equals(me.role()), key, this.clock.instant());
		return UsernamePasswordAuthenticationToken.authenticated(person, null,
				person.admin() ? List.of(USER, ADMIN) : List.of(USER));
	}

	private static boolean canBeAKey(String text) {
		return text.length() >= SHORTEST && text.length() <= LONGEST
				&& text.chars().allMatch((c) -> c > ' ' && c < 127);
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
	}

	/**
	 * The caller, as key-service tells it.
	 */
	private record Me(@Nullable String id, @Nullable String email, @Nullable String displayName,
			@Nullable String role) {

		String name() {
			if (this.displayName != null && !this.displayName.isBlank()) {
				return this.displayName;
			}
			return (this.email != null) ? this.email : "Signed in";
		}

	}

}
