package dev.tallygate.keys.apikey;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.ModelPattern;
import dev.tallygate.security.problem.ErrorCode;
import dev.tallygate.security.problem.ProblemException;
import java.time.Instant;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * What the key of a caller may hand on: a key that is restricted makes none that may do
 * more or lives longer, and changes none but itself. Whoever comes with a JWT is the
 * person, not one of its keys.
 *
 * @param only the one key that may be changed; null for all of the owner's
 * @param models the only models; null for all
 * @param end when it dies by itself; null for never
 */
public record Allowance(@Nullable ApiKeyId only, @Nullable Collection<String> models, @Nullable Instant end) {

	private static final Allowance ALL = new Allowance(null, null, null);

	/**
	 * What the key of this caller may hand on.
	 */
	public static Allowance of(Caller caller) {
		return caller.isRestricted() ? new Allowance(caller.apiKeyId(), caller.allowedModels(), caller.expiresAt())
				: ALL;
	}

	/**
	 * Makes sure that this key may be changed.
	 * @throws ProblemException a 403 when not
	 */
	void requireChanging(ApiKeyId key) {
		if (this.only != null && !this.only.equals(key)) {
			throw refused();
		}
	}

	/**
	 * Makes sure that a key of these models and this end goes no further.
	 * @throws ProblemException a 403 when it does
	 */
	void require(@Nullable Collection<String> wishedModels, @Nullable Instant wishedEnd) {
		if (!covers(wishedModels) || !reaches(wishedEnd)) {
			throw refused();
		}
	}

	/**
	 * Makes sure that a person may be added with a key that is not limited in models.
	 * That key is another person's, so it may outlive the caller's, unless the person is
	 * an administrator.
	 * @throws ProblemException a 403 when not
	 */
	public void requireForPerson(boolean administrator) {
		require(null, administrator ? null : this.end);
	}

	private static ProblemException refused() {
		return new ProblemException(HttpStatus.FORBIDDEN, ErrorCode.KEY_RESTRICTED,
				"Your key is limited in models or in time. It cannot make a key that may do more, and change none "
						+ "but itself: use a key without restrictions, or limit the new key as well.");
	}

	private boolean covers(@Nullable Collection<String> wished) {
		if (this.models == null) {
			return true;
		}
		return wished != null && wished.stream().map(ModelPattern::new).allMatch(this::covers);
	}

	private boolean covers(ModelPattern wished) {
		return this.models == null
				|| this.models.stream().map(ModelPattern::new).anyMatch((pattern) -> pattern.covers(wished));
	}

	private boolean reaches(@Nullable Instant wished) {
		return this.end == null || (wished != null && !wished.isAfter(this.end));
	}

}
