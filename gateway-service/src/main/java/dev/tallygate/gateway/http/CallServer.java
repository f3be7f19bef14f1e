package dev.tallygate.gateway.http;

import java.io.IOException;

/**
 * Answers calls.
 */
public interface CallServer {

	/** Whether what is asked at a path is a call. */
	boolean serves(String path);

	/**
	 * Answers a call.
	 * @throws IOException when the answer cannot be brought to its end, so that the
	 * connection is of no use any more
	 */
	void serve(CallerRequest request, CallerResponse response) throws IOException;

}
