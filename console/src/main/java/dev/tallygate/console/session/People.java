package dev.tallygate.console.session;

import dev.tallygate.console.services.Answer;
import dev.tallygate.console.services.Service;
import dev.tallygate.console.services.ServiceClient;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * Asks key-service who presents a credential.
 */
class People {

	private static final SimpleGrantedAuthority USER = new SimpleGrantedAuthority("ROLE_USER");

	private static final SimpleGrantedAuthority ADMIN = new SimpleGrantedAuthority("ROLE_ADMIN");

	private final ServiceClient services;

	private final Clock clock;

	People(ServiceClient services, Clock clock) {
		this.services = services;
		this.clock = clock;
	}

	/**
	 * The session of whoever it is.
	 * @throws AuthenticationException when it is nobody, or cannot be told
	 */
	Authentication signIn(Credential credential) throws AuthenticationException {
		return switch (this.services.get(Service.KEYS, credential.current(), Me.class, "/api/users/me")) {
			case Answer.Given<Me>(Me me) -> signedIn(me, credential);
			case Answer.NotAvailable<Me> away ->
				throw new AuthenticationServiceException(away.service().title() + " does not answer");
			case Answer.KeyNotAccepted<Me>() -> throw new BadCredentialsException("key not accepted");
			case Answer.Refused<Me>(int status, String code, String message) ->
				throw new BadCredentialsException("key refused");
		};
	}

	private Authentication signedIn(Me me, Credential credential) {
		SignedIn person = new SignedIn(String.valueOf(me.id()), me.name(), me.email(), "admin".equals(me.role()),
				credential, this.clock.instant());
		return UsernamePasswordAuthenticationToken.authenticated(person, null,
				person.admin() ? List.of(USER, ADMIN) : List.of(USER));
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
