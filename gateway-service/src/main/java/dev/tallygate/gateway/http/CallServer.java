package dev.tallygate.gateway.http;

import java.io.IOException;
import java.util.Set;

/**
 * Answers calls.
 */
public interface CallServer {

	/** Where they are posted to, each path as it stands in a request. */
	Set<String> paths();

	/**
	 * Answers a call.
	 * @throws IOException when the answer cannot be brought to its end, so that the
	 * connection is of no use any more
	 */
	void serve(CallerRequest request, CallerResponse response) throws IOException;

}
