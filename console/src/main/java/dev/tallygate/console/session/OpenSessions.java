package dev.tallygate.console.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.session.SessionAuthenticationException;
import org.springframework.security.web.authentication.session.SessionAuthenticationStrategy;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;

/**
 * The sessions of this process: how many there may be, and to end one from outside it.
 */
class OpenSessions implements SessionAuthenticationStrategy {

	private static final Logger logger = LoggerFactory.getLogger(OpenSessions.class);

	private final int mostOfOnePerson;

	private volatile @Nullable Manager manager;

	/**
	 * Without any yet.
	 * @param mostOfOnePerson how many sessions one person may have, at least 1
	 */
	OpenSessions(int mostOfOnePerson) {
		this.mostOfOnePerson = mostOfOnePerson;
	}

	void in(Manager sessions) {
		this.manager = sessions;
	}

	/**
	 * Makes room for a person who signs in: of too many sessions, those end that were not
	 * used for the longest time.
	 * @throws SessionAuthenticationException when there are as many sessions as there may
	 * be
	 */
	@Override
	public void onAuthentication(@Nullable Authentication authentication, HttpServletRequest request,
			HttpServletResponse response) {
		HttpSession own = session(request);
		if (authentication != null && authentication.getPrincipal() instanceof SignedIn person) {
			makeRoom(person, own.getId());
		}
	}

	private static HttpSession session(HttpServletRequest request) {
		try {
			return request.getSession();
		}
		catch (IllegalStateException ex) {
			logger.warn("There are as many sessions as there may be (tallygate.console.max-sessions)");
			throw new SessionAuthenticationException("as many sessions as there may be");
		}
	}

	/** From here on the session is this person's. */
	static void save(Authentication person, HttpServletRequest request, HttpServletResponse response) {
		SecurityContext context = SecurityContextHolder.createEmptyContext();
		context.setAuthentication(person);
		SecurityContextHolder.setContext(context);
		new HttpSessionSecurityContextRepository().saveContext(context, request, response);
	}

	private void makeRoom(SignedIn person, String own) {
		Manager sessions = this.manager;
		if (sessions == null) {
			return;
		}
		List<Session> others = new ArrayList<>();
		for (Session session : sessions.findSessions()) {
			if (!session.getIdInternal().equals(own) && person.id().equals(personOf(session))) {
				others.add(session);
			}
		}
		others.sort(Comparator.comparingLong(Session::getLastAccessedTimeInternal));
		others.stream().limit(Math.max(0, others.size() + 1 - this.mostOfOnePerson)).forEach(Session::expire);
	}

	private static @Nullable String personOf(Session session) {
		try {
			return (session.getSession()
				.getAttribute(
						HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY) instanceof SecurityContext context
					&& context.getAuthentication() != null
					&& context.getAuthentication().getPrincipal() instanceof SignedIn person) ? person.id() : null;
		}
		catch (IllegalStateException ex) {
			// It ended meanwhile.
			return null;
		}
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
