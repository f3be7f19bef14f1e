package dev.tallygate.console.services;

import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Tells on the next page what became of a change.
 */
public final class Outcome {

	private Outcome() {
	}

	/**
	 * Tells that it is done, or why not.
	 * @param done what to say when it is
	 */
	public static void of(Answer<?> answer, String done, RedirectAttributes next) {
		Panel<?> panel = Panel.ofChange(answer);
		if (panel.notice() != null) {
			next.addFlashAttribute("problem", panel.notice());
		}
		else {
			next.addFlashAttribute("done", done);
		}
	}

	/** Tells why what was typed cannot be taken. */
	public static void refused(String advice, RedirectAttributes next) {
		next.addFlashAttribute("problem", Notice.refused(advice));
	}

}
