package dev.tallygate.gateway.dialect;

import dev.tallygate.pricing.Usage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one streamed answer event by event: what passes on to the caller, what it took,
 * and how far it came. It never sees half an event, nor a comment, nor a provider's key.
 */
public interface StreamReader extends AutoCloseable {

	/** Takes the next event and writes what the caller gets to see for it. */
	void event(ServerSentEvent event, ByteSink out) throws IOException;

	/** The stream came to an orderly end; writes what the caller still needs. */
	default void end(ByteSink out) throws IOException {
	}

	/**
	 * What the provider reported so far; null when nothing. Before it reports what was
	 * used it may say how it is served, and that is a usage of nothing.
	 */
	@Nullable Usage usage();

	/** The text in the events so far. */
	DeliveredText delivered();

	/** The name under which the provider keeps the answer; null when it does not. */
	default @Nullable String keptAs() {
		return null;
	}

	/** The names of what the provider keeps of the answer, as far as it came. */
	default List<String> items() {
		return List.of();
	}

	/** Whether all of the answer is here, be it without its closing event. */
	boolean finished();

	/** Whether the event came after which nothing comes. */
	boolean closed();

	/** What the provider says went wrong; null while nothing did. */
	@Nullable InBandError failure();

	/**
	 * Ends the answer in its wire's own words after something went wrong. Nothing may be
	 * written after it.
	 */
	void fail(WireError error, ByteSink out) throws IOException;

	/**
	 * Whether the connection is to break after an error, because the wire's clients see
	 * nothing else.
	 */
	boolean breaks();

	/** Gives back the room it took. */
	@Override
	default void close() {
		// most keep nothing
	}

}
