package dev.tallygate.gateway.completion;

import java.util.Locale;

/**
 * An answer as it came over a socket, whether it was broken off or not. Its text is
 * ASCII.
 *
 * @param status its status
 * @param head its status line and headers
 * @param body its body without what HTTP and heartbeats put in
 * @param ended whether it came to its end in order
 */
record RawAnswer(int status, String head, String body, boolean ended) {

	/** Posts a call on its own connection and takes what comes, however it ends. */
	static RawAnswer post(TestGateway gateway, String path, String request) throws Exception {
		try (Wire wire = Wire.post(gateway, path, request)) {
			return of(wire.readToEnd());
		}
	}

	private static RawAnswer of(String seen) {
		int end = seen.indexOf("\r\n\r\n");
		String head = seen.substring(0, end);
		String body = seen.substring(end + 4);
		boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
		StringBuilder text = new StringBuilder();
		boolean ended = !chunked;
		while (chunked && body.indexOf("\r\n") > 0) {
			int line = body.indexOf("\r\n");
			int size = Integer.parseInt(body.substring(0, line), 16);
			int to = Math.min(body.length(), line + 2 + size);
			text.append(body, line + 2, to);
			body = body.substring(Math.min(body.length(), to + 2));
			ended |= size == 0;
		}
		return new RawAnswer(Integer.parseInt(head.split(" ", 3)[1]), head,
				(chunked ? text.toString() : body).replace(": still working\n\n", ""), ended);
	}

	/** The value of a header; empty when it is not there. */
	String header(String name) {
		return Wire.header(this.head, name);
	}

	/** The last event of a stream. */
	String last() {
		String events = this.body.strip();
		return events.substring(Math.max(0, events.lastIndexOf("event: ")));
	}

}
