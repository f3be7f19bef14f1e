package dev.tallygate.keys.user;

import dev.tallygate.security.caller.Caller;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/**
 * Users whom an OIDC issuer vouches for.
 */
@Service
public class Subjects {

	private final Users users;

	private final UserRows rows;

	Subjects(Users users, UserRows rows) {
		this.users = users;
		this.rows = rows;
	}

	/**
	 * The user of a subject; provisioned when it is seen for the first time.
	 * @param subject as the issuer names it
	 * @param issuedAt when the token was issued
	 * @param email verified by the issuer; null when there is none
	 * @param displayName as the issuer knows it
	 * @param expiresAt when the token dies
	 * @return empty for somebody who left after the token was issued
	 */
	public Optional<Caller> find(Subject subject, Instant issuedAt, @Nullable String email,
			@Nullable String displayName, Instant expiresAt) {
		Optional<User> user = this.rows.find(subject);
		if (user.isEmpty()) {
			boolean left = this.rows.departedAt(subject).map((at) -> !issuedAt.isAfter(at)).orElse(false);
			user = left ? Optional.empty() : Optional.of(this.users.provision(subject, email, displayName));
		}
		return user.map((known) -> new Caller(known.id(), null, null, known.role(), null, expiresAt));
	}

}
