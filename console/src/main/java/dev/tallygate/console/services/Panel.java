package dev.tallygate.console.services;

import org.jspecify.annotations.Nullable;

/**
 * A part of a page: either its content or a notice in its place, so that one service that
 * is away leaves the others' parts standing.
 *
 * @param <T> what it shows
 */
public record Panel<T>(@Nullable T content, @Nullable Notice notice) {

	/**
	 * The panel for an answer.
	 * @throws KeyNotAcceptedException when the session is over
	 */
	public static <T> Panel<T> of(Answer<T> answer) {
		return switch (answer) {
			case Answer.Given<T>(T value) -> new Panel<>(value, null);
			case Answer.Refused<T>(int status, String code, String message) ->
				new Panel<>(null, Notice.refused(message));
			case Answer.NotAvailable<T>(Service service, @Nullable String said) ->
				new Panel<>(null, (said != null) ? Notice.refused(said) : Notice.notAvailable(service));
			case Answer.KeyNotAccepted<T>() -> throw new KeyNotAcceptedException();
		};
	}

	/**
	 * The same of a change: where the service did not answer, nobody knows whether it was
	 * made.
	 * @throws KeyNotAcceptedException when the session is over
	 */
	public static <T> Panel<T> ofChange(Answer<T> answer) {
		return (answer instanceof Answer.NotAvailable<T>(Service service, @Nullable String said) && said == null)
				? new Panel<>(null, Notice.notKnown(service)) : of(answer);
	}

}
