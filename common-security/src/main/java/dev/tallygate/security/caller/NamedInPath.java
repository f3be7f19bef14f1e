package dev.tallygate.security.caller;

import dev.tallygate.events.UserId;
import dev.tallygate.security.problem.ProblemException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A controller whose paths name something that must be there. Where a handler takes
 * parameters or a body it is looked for before those are read, once the caller is known
 * to be allowed to ask: what is not there is not there for whoever sends nonsense, too.
 * Handlers that take nothing else look for themselves.
 */
public interface NamedInPath {

	/**
	 * Makes sure that what a path names is there.
	 * @param path the path's variables
	 * @param user the {@link PathUser}; null where the path names none
	 * @param caller who asks
	 * @throws ProblemException a 404 when it is not
	 */
	void requireNamed(Map<String, String> path, @Nullable UserId user, Caller caller);

}
