package dev.tallygate.console.session;

import dev.tallygate.security.secret.Secret;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;

/**
 * Signs a person in with a Tallygate API key: key-service says whose it is.
 */
class ApiKeySignIn implements AuthenticationProvider {

	/** Below and above this no key exists; spares the look-up. */
	private static final int SHORTEST = 10;

	private static final int LONGEST = 512;

	private final People people;

	ApiKeySignIn(People people) {
		this.people = people;
	}

	@Override
	public Authentication authenticate(Authentication attempt) throws AuthenticationException {
		String presented = (attempt.getCredentials() instanceof String text) ? text.strip() : "";
		if (!canBeAKey(presented)) {
			throw new BadCredentialsException("not a key");
		}
		return this.people.signIn(new TypedKey(Secret.of(presented)));
	}

	private static boolean canBeAKey(String text) {
		return text.length() >= SHORTEST && text.length() <= LONGEST
				&& text.chars().allMatch((c) -> c > ' ' && c < 127);
	}

	@Override
	public boolean supports(Class<?> authentication) {
		return UsernamePasswordAuthenticationToken.class.isAssignableFrom(authentication);
	}

}
