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
			case Answer.NotAvailable<T>(Service service) -> new Panel<>(null, Notice.notAvailable(service));
			case Answer.KeyNotAccepted<T>() -> throw new KeyNotAcceptedException();
		};
	}

}
