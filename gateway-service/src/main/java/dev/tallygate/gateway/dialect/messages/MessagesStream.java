package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.pricing.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A streamed message: every event passes as it came, with its name where the provider
 * left that out, for this wire's clients drop an event without one.
 */
public final class MessagesStream implements StreamReader {

	private static final byte[] ERROR = "event: error\ndata: ".getBytes(StandardCharsets.US_ASCII);

	private final Reading tools;

	private final DeliveredText delivered = new DeliveredText();

	private final AnthropicUsage usage;

	private @Nullable InBandError failure;

	private boolean finished;

	private boolean closed;

	/** A stream at its start. */
	public MessagesStream(Reading tools) {
		this.tools = tools;
		this.usage = new AnthropicUsage(tools.usage());
	}

	@Override
	public void event(ServerSentEvent event, ByteSink out) throws IOException {
		MessagesEvent read = MessagesEvent.read(event.data(), event.dataFrom(), event.dataTo(), this.usage,
				this.delivered);
		String type = read.type();
		this.closed |= "message_stop".equals(type);
		this.finished |= this.closed || read.stopped();
		if (this.failure == null) {
			this.failure = read.error();
		}
		if (event.isNamed() || type == null || !isName(type)) {
			event.writeTo(out);
		}
		else {
			event.writeNamed(type, out);
		}
	}

	/** What can stand in a line of its own without making others. */
	private static boolean isName(String type) {
		return type.length() <= 100 && type.chars().allMatch((c) -> c > ' ' && c <= '~');
	}

	@Override
	public @Nullable Usage usage() {
		return this.usage.usage();
	}

	@Override
	public DeliveredText delivered() {
		return this.delivered;
	}

	@Override
	public boolean finished() {
		return this.finished;
	}

	@Override
	public boolean closed() {
		return this.closed;
	}

	@Override
	public @Nullable InBandError failure() {
		return this.failure;
	}

	@Override
	public void fail(WireError error, ByteSink out) throws IOException {
		byte[] body = AnthropicEnvelope.INSTANCE.body(error, this.tools.callId());
		out.write(ERROR, 0, ERROR.length);
		out.write(body, 0, body.length);
		out.write(new byte[] { '\n', '\n' }, 0, 2);
	}

	/** A broken end after an error makes some clients send the whole call again. */
	@Override
	public boolean breaks() {
		return false;
	}

}
