package dev.tallygate.console.session;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.authentication.session.SessionAuthenticationException;

/**
 * Why a person sees the sign-in page, and what to do.
 */
enum SignInReason {

	/** No particular one. */
	NONE("", false),

	/** The key was refused. */
	REJECTED("That key is not accepted. It may be mistyped, revoked or expired: paste a whole key, starting with "
			+ "tg_dev_ or tg_prod_, or ask your administrator for a new one.", true),

	/** Nobody could check the key, or whom the issuer vouches for. */
	UNAVAILABLE("Who you are could not be checked because the key service does not answer. Your key or account may "
			+ "be fine: try again in a minute.", true),

	/** There are as many sessions as there may be. */
	FULL("As many people are signed in as this console takes. Try again in a few minutes, and sign out where you are "
			+ "done.", true),

	/** The session ended by itself. */
	ENDED("You were signed out: the session ended, or its key was revoked. Sign in again.", true),

	/** The session ended while a form was filled in. */
	NOT_SAVED("Your session had ended, so nothing was changed. Sign in and send it again.", true),

	/** The OIDC issuer does not answer. */
	ISSUER_UNAVAILABLE("Your organisation’s sign-in does not answer. Try again in a minute, or use an API key.", true),

	/** The OIDC issuer said no, or what it said is not accepted. */
	ISSUER_REFUSED(
			"Your organisation’s sign-in did not let you in, or took too long. Try again; if it stays, tell your "
					+ "administrator.",
			true),

	/** The person signed out. */
	SIGNED_OUT("You are signed out.", false);

	private final String message;

	private final boolean problem;

	SignInReason(String message, boolean problem) {
		this.message = message;
		this.problem = problem;
	}

	static SignInReason of(@Nullable String name) {
		for (SignInReason reason : values()) {
			if (reason.parameter().equals(name)) {
				return reason;
			}
		}
		return NONE;
	}

	/**
	 * The page that tells why a sign-in failed.
	 * @param otherwise what it is when nobody could check, and there was room
	 */
	static String page(AuthenticationException failure, SignInReason otherwise) {
		SignInReason reason = switch (failure) {
			case AuthenticationServiceException _ -> UNAVAILABLE;
			case SessionAuthenticationException _ -> FULL;
			default -> otherwise;
		};
		return "/sign-in?reason=" + reason.parameter();
	}

	private String parameter() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** What to tell the person. */
	public String message() {
		return this.message;
	}

	/** Whether something was typed that is not saved. */
	public boolean unsaved() {
		return this == NOT_SAVED;
	}

	/** Whether it is bad news. */
	public boolean problem() {
		return this.problem;
	}

}
