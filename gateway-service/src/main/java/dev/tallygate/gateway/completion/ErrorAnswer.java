package dev.tallygate.gateway.completion;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a provider's refusal. Only what is an error of the wire goes on; a proxy's HTML
 * page does not.
 */
final class ErrorAnswer {

	private static final int MAX_LENGTH = 256 * 1024;

	private static final int MAX_DEPTH = 64;

	private ErrorAnswer() {
	}

	/** The refusal, or null when it is none of the wire's. */
	static @Nullable ProviderError read(UpstreamCall upstream, int status, Credential credential, Redaction redaction)
			throws UpstreamException {
		byte[] bytes = new byte[4096];
		int length = 0;
		int count = upstream.read(bytes, 0, bytes.length);
		while (count >= 0) {
			length += count;
			if (length > MAX_LENGTH) {
				return null;
			}
			if (length == bytes.length) {
				bytes = Arrays.copyOf(bytes, length * 2);
			}
			count = upstream.read(bytes, length, bytes.length - length);
		}
		if (!isError(bytes, length)) {
			return null;
		}
		redaction.apply(bytes, 0, length);
		return new ProviderError(status, "application/json", AnswerHeaders.of(upstream, credential, redaction),
				Arrays.copyOf(bytes, length));
	}

	private static boolean isError(byte[] bytes, int length) {
		JsonScanner json = new JsonScanner(bytes, 0, length, MAX_DEPTH);
		boolean error = false;
		try {
			if (json.next() != Token.OBJECT_START) {
				return false;
			}
			while (json.next() == Token.KEY) {
				error |= json.textIs("error");
				json.skipValue();
			}
			return error && json.next() == Token.END;
		}
		catch (MalformedJsonException ex) {
			return false;
		}
	}

}
