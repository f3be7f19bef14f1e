package dev.tallygate.security.trace;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Begins the spans of this process. A span is the current one of its thread until it is
 * closed.
 */
public interface Tracing {

	/** Traces nothing, at the cost of a call. */
	static Tracing off() {
		return Off.INSTANCE;
	}

	/** Whether nothing is traced at all, so that nothing need be prepared for it. */
	default boolean isOff() {
		return false;
	}

	/**
	 * Begins the span of a request that came in, in the trace of whoever sent it, if that
	 * one is in one.
	 * @param name what the span is called, of a small number of names
	 * @param header the value of a header of the request, null where it has none
	 */
	Span serve(String name, UnaryOperator<@Nullable String> header);

	/**
	 * Begins the span of a call to another service, under the current one. Where there is
	 * none, as in what runs in the background, nothing is traced.
	 * @param name what the span is called, of a small number of names
	 */
	Span call(String name);

	/** The current span of this thread; one that records nothing where there is none. */
	Span current();

}
