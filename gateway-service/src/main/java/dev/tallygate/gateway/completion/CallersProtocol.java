package dev.tallygate.gateway.completion;

import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 with callers, of whom thousands may be open who take nothing for a while. The
 * container makes it by name.
 */
public final class CallersProtocol extends Http11NioProtocol {

	/**
	 * What is written of an answer before it goes on to the connection, in bytes; the
	 * container has as many characters beside it. What is longer goes past it.
	 */
	private static final int ANSWER_BUFFER = 2 * 1024;

	@Override
	public int getDesiredBufferSize() {
		return ANSWER_BUFFER;
	}

}
