package dev.tallygate.keys.user;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tallygate.keys.audit.Actor;
import dev.tallygate.keys.user.UserController.Welcome;
import dev.tallygate.security.caller.Role;
import dev.tallygate.security.problem.Problem;
import dev.tallygate.security.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpHeaders;
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

	private static final int MAX_ADDRESSES = 100_000;

	private final Users users;

	private final int perMinute;

	/** Tries of each address in its current minute, which begins with the first. */
	private final Cache<String, AtomicInteger> tries = Caffeine.newBuilder()
		.maximumSize(MAX_ADDRESSES)
		.expireAfterWrite(Duration.ofMinutes(1))
		.build();

	SignupController(Users users, UserProperties properties) {
		this.users = users;
		this.perMinute = properties.signupsPerMinute();
	}

	@PostMapping("/api/signup")
	@ResponseStatus(HttpStatus.CREATED)
	Welcome signUp(@RequestBody Signup body, HttpServletRequest request) {
		if (this.tries.get(request.getRemoteAddr(), (address) -> new AtomicInteger())
			.incrementAndGet() > this.perMinute) {
			HttpHeaders headers = new HttpHeaders();
			headers.set(HttpHeaders.RETRY_AFTER, "60");
			throw new ProblemException(Problem.of(HttpStatus.TOO_MANY_REQUESTS, "rate_limited",
					"Too many sign-ups from your address. Try again in a minute."), headers);
		}
		return this.users.create(body.email(), body.displayName(), Role.MEMBER, Actor.anonymous(request));
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
