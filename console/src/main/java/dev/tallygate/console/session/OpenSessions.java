package dev.tallygate.console.session;

import java.io.IOException;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of this process, to end one from outside it.
 */
class OpenSessions {

	private static final Logger logger = LoggerFactory.getLogger(OpenSessions.class);

	private volatile @Nullable Manager manager;

	void in(Manager sessions) {
		this.manager = sessions;
	}

	/** Ends a session; one that is not there any more is over already. */
	void end(String id) {
		Manager sessions = this.manager;
		try {
			Session session = (sessions != null) ? sessions.findSession(id) : null;
			if (session != null) {
				session.expire();
			}
		}
		catch (IOException ex) {
			logger.warn("A session could not be ended", ex);
		}
	}

}
