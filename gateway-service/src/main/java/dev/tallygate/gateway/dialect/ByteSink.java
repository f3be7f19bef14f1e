package dev.tallygate.gateway.dialect;

import java.io.IOException;

/**
 * Takes bytes that may go to the caller.
 */
@FunctionalInterface
public interface ByteSink {

	/** Takes {@code length} bytes from {@code from}, which are the caller's to reuse. */
	void write(byte[] bytes, int from, int length) throws IOException;

}
