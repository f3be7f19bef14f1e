package dev.tallygate.keys.user;

import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.limit.CallerLimit;
import dev.tallygate.keys.user.UserController.Welcome;
import dev.tallygate.security.caller.RestrictedKeysToo;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Signing up without being asked; not there at all unless the operator opens it.
 */
@RestController
@ConditionalOnProperty(name = "tallygate.signup", havingValue = "open")
class SignupController {

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final int MAX_ADDRESSES = 100_000;

	private final Users users;

	private final SignupAddress address;

	/** Tries of each address. */
	private final CallerLimit tries;

	SignupController(Users users, SignupAddress address, UserProperties properties) {
		this.users = users;
		this.address = address;
		this.tries = new CallerLimit(properties.signupsPerMinute(), MINUTE, MAX_ADDRESSES);
	}

	@RestrictedKeysToo
	@PostMapping("/api/signup")
	@ResponseStatus(HttpStatus.CREATED)
	Welcome signUp(@RequestBody Signup body, HttpServletRequest request) {
		String address = this.address.of(request);
		if (!this.tries.admits(address)) {
			throw ProblemException.rateLimited("Too many sign-ups from your address. Try again in a minute.", MINUTE);
		}
		return this.users.create(body.email(), body.displayName(), Role.MEMBER, Actor.anonymous(address));
	}

	/**
	 * Who signs up.
	 *
	 * @param email unique
	 * @param displayName as the user likes to be called
	 */
	record Signup(@Nullable String email, @Nullable String displayName) {

	}

}
