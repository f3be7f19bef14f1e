package dev.tallygate.console.services;

import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/**
 * Tells on the next page what became of a change.
 */
public final class Outcome {

	private static final String CHANGED_ELSEWHERE = "It was changed elsewhere since this page was loaded, and is shown "
			+ "below as it is now. Nothing was changed: look at it and save again.";

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

	/** Tells that nothing was overwritten; what was typed makes way for what is there. */
	public static void changedElsewhere(RedirectAttributes next) {
		refused(CHANGED_ELSEWHERE, next);
		next.addFlashAttribute("stale", true);
	}

	/** Tells why what was typed cannot be taken. */
	public static void refused(String advice, RedirectAttributes next) {
		next.addFlashAttribute("problem", Notice.refused(advice));
	}

}
