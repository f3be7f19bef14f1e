package dev.tallygate.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for.
 */
public interface CallerRequest {

	/** As it was sent, in capitals. */
	String method();

	/** Where it was sent, without the query and as it was encoded. */
	String path();

	/** What follows the question mark, as it was encoded; null when nothing does. */
	@Nullable String query();

	/** The first value of a parameter of the query, decoded; null without one. */
	@Nullable String parameter(String name);

	/** The first value of a header, a character for each byte; null without one. */
	@Nullable String header(String name);

	/** All values of a header, in order. */
	List<String> headers(String name);

	/** How many bytes of a body are announced; -1 when that is not told. */
	long contentLength();

	/**
	 * The body.
	 * @throws java.net.SocketTimeoutException from a read when nothing comes for too long
	 */
	InputStream body() throws IOException;

}
