package dev.tallygate.console.session;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/**
 * Gives every page the person's name, and nothing else of the session.
 */
@ControllerAdvice
class PersonAdvice {

	@ModelAttribute("person")
	@Nullable Person person(@AuthenticationPrincipal @Nullable SignedIn signedIn) {
		return (signedIn != null) ? new Person(signedIn.name(), signedIn.admin()) : null;
	}

	/**
	 * Who is signed in, for display.
	 */
	record Person(String name, boolean admin) {
	}

}
