package dev.tallygate.console.session;

import dev.tallygate.security.secret.Secret;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/**
 * Lets a session go on whose own key got a new secret.
 */
@Component
public class RotatedKey {

	/**
	 * The same person in the same session, with another secret from now on.
	 */
	public SignedIn goOnWith(Secret secret, SignedIn person, HttpServletRequest request, HttpServletResponse response) {
		SignedIn same = new SignedIn(person.id(), person.name(), person.email(), person.admin(), new TypedKey(secret),
				person.since());
		Authentication before = SecurityContextHolder.getContext().getAuthentication();
		OpenSessions.save(UsernamePasswordAuthenticationToken.authenticated(same, null,
				(before != null) ? before.getAuthorities() : List.of()), request, response);
		return same;
	}

}
