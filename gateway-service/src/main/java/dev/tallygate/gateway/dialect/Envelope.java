package dev.tallygate.gateway.dialect;

import java.util.List;

/**
 * Puts an error of ours into a wire's own words.
 */
public interface Envelope {

	/**
	 * The body of an answer that is an error.
	 * @param error what went wrong
	 * @param requestId names the answer, where the wire has a place for it
	 */
	byte[] body(WireError error, String requestId);

	/** The headers that name an answer. */
	default List<String> idHeaders() {
		return List.of("x-request-id");
	}

	/** The headers in which its SDKs send a key, for a sentence. */
	default String keyHeaders() {
		return "'Authorization: Bearer <key>'";
	}

	/**
	 * The status the answer has; differs from the error's where the wire knows it not.
	 */
	default int statusOf(WireError error) {
		return error.status();
	}

}
