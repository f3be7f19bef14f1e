package dev.tallygate.security.caller;

import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.ProblemException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A controller whose paths name a user who must be there, and perhaps something of that
 * user's. Nothing is looked for where a path of it names none.
 */
public interface UserInPath extends NamedInPath {

	@Override
	default void requireNamed(Map<String, String> path, @Nullable UserId user, Caller caller) {
		if (user != null) {
			requireOf(user, path, caller);
		}
	}

	/**
	 * Makes sure that the user and what else a path names are there.
	 * @param user the {@link PathUser}
	 * @param path the path's variables
	 * @param caller who asks
	 * @throws ProblemException a 404 when one of them is not
	 */
	void requireOf(UserId user, Map<String, String> path, Caller caller);

}
