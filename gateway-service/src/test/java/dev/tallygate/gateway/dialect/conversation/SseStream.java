package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.EventStreamSplitter;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Brings the bytes of a provider's stream to a translator, as the relay does.
 */
final class SseStream {

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	private final CrossedStream stream;

	private final EventStreamSplitter splitter = new EventStreamSplitter(1 << 20, this::event);

	private final ByteSink out = this.written::write;

	SseStream(CrossedStream stream) {
		this.stream = stream;
	}

	void feed(byte[] bytes, int from, int length) throws IOException {
		this.splitter.feed(bytes, from, length);
	}

	void end() throws IOException {
		this.splitter.end(this::event);
		this.stream.end(this.out);
	}

	String written() {
		return this.written.toString(StandardCharsets.UTF_8);
	}

	private void event(byte[] bytes, int from, int to) throws IOException {
		ServerSentEvent event = new ServerSentEvent(bytes, from, to);
		if (event.hasData()) {
			this.stream.event(event, this.out);
		}
	}

}
