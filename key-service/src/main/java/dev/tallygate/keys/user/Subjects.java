package dev.tallygate.keys.user;

import dev.tallygate.security.caller.Caller;
import java.time.Clock;
import java.util.Optional;
import org.springframework.stereotype.Service;

/**
 * Users whom an OIDC issuer vouches for.
 */
@Service
public class Subjects {

	private final Users users;

	private final UserRows rows;

	private final Clock clock;

	Subjects(Users users, UserRows rows, Clock clock) {
		this.users = users;
		this.rows = rows;
		this.clock = clock;
	}

	/**
	 * The user of a subject; provisioned when it is seen for the first time. A role that
	 * the issuer gives holds as of the newest token seen, for the person's keys as well.
	 * @param subject as the issuer names it
	 * @param claims what the token says
	 * @return empty for somebody who left after the token was issued
	 */
	public Optional<Caller> find(Subject subject, Claims claims) {
		Optional<User> user = this.rows.find(subject);
		if (user.isEmpty()) {
			boolean left = this.rows.departedAt(subject).map((at) -> !claims.issuedAt().isAfter(at)).orElse(false);
			user = left ? Optional.empty()
					: Optional.of(this.users.provision(subject, claims.email(), claims.displayName()));
		}
		return user.map((known) -> seen(known, claims))
			.map((known) -> new Caller(known.id(), null, null, known.role(), null, claims.expiresAt(), claims.tags()));
	}

	private User seen(User user, Claims claims) {
		this.rows.seen(user.id(), this.clock.instant());
		if (claims.role() == null) {
			return user;
		}
		if (claims.role() != user.role()) {
			return this.users.claim(user.id(), claims.role(), claims.issuedAt());
		}
		this.rows.confirmRole(user.id(), claims.issuedAt());
		return user;
	}

}
