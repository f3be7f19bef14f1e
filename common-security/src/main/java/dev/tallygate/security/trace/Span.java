package dev.tallygate.security.trace;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a trace. Never give it what people or models said, a key, or an e-mail
 * address: it leaves for a collector that others read.
 */
public interface Span extends AutoCloseable {

	/**
	 * Whether what it is told goes anywhere; ask before making what is costly to make.
	 */
	boolean isRecording();

	/** Calls it differently, now that more is known. */
	void rename(String name);

	/** Adds a text; null adds nothing. */
	void put(String attribute, @Nullable String value);

	/** Adds a number; null adds nothing. */
	void put(String attribute, @Nullable Long value);

	/** Adds a yes or no. */
	void put(String attribute, boolean value);

	/**
	 * What it stands for did not work.
	 * @param type a kind of error, of a small number of kinds
	 */
	void failed(String type);

	/** Hands out the headers by which the one that is called joins the trace. */
	void inject(BiConsumer<String, String> header);

	@Override
	void close();

}
