package dev.tallygate.gateway.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is answered. It is for one thread at a time.
 */
public interface CallerResponse {

	/** Sets the status, which is 200 otherwise. */
	void status(int status);

	/** Sets a header, in place of one of the same name. */
	void header(String name, String value);

	/** What a header was set to; null when it was not. */
	@Nullable String header(String name);

	/** The names of the headers that were set. */
	Collection<String> headerNames();

	/** Sets what the body is. */
	void contentType(String type);

	/** Announces how long the body is, in bytes; it comes in chunks otherwise. */
	void contentLength(int length);

	/**
	 * Takes the body. To close it ends the answer, though whoever makes it may go on.
	 * @throws IOException from a write when the caller is gone or takes nothing for too
	 * long
	 */
	OutputStream body() throws IOException;

	/**
	 * Sends what there is, the head first.
	 * @throws IOException when the caller is gone or takes nothing for too long
	 */
	void flush() throws IOException;

	/** Whether the head is out, so that status and headers stand. */
	boolean isCommitted();

	/**
	 * Takes everything back that was set or written.
	 * @throws IllegalStateException when the head is out
	 */
	void reset();

}
