package dev.tallygate.console.services;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What became of a call to another service.
 *
 * @param <T> what a good answer holds
 */
public sealed interface Answer<T> {

	/**
	 * A good answer.
	 */
	record Given<T>(T value) implements Answer<T> {
	}

	/**
	 * The service understood and said no.
	 *
	 * @param status its HTTP status, 4xx but 401
	 * @param code its stable code
	 * @param message what it says to do
	 */
	record Refused<T>(int status, String code, String message) implements Answer<T> {
	}

	/**
	 * The key is not accepted, or no longer.
	 */
	record KeyNotAccepted<T>() implements Answer<T> {
	}

	/**
	 * No answer, a failure of the service's own, or an answer that cannot be read.
	 *
	 * @param said what the service says of something else that fails, such as a provider;
	 * null where it is the service that does
	 */
	record NotAvailable<T>(Service service, @Nullable String said) implements Answer<T> {

		NotAvailable(Service service) {
			this(service, null);
		}

	}

	/**
	 * The same answer with another value.
	 */
	default <R> Answer<R> map(Function<T, R> change) {
		return switch (this) {
			case Given<T>(T value) -> new Given<>(change.apply(value));
			case Refused<T>(int status, String code, String message) -> new Refused<>(status, code, message);
			case KeyNotAccepted<T>() -> new KeyNotAccepted<>();
			case NotAvailable<T>(Service service, @Nullable String said) -> new NotAvailable<>(service, said);
		};
	}

}
