package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.InBandErrors;
import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.SpokenText;
import org.jspecify.annotations.Nullable;

/**
 * What one event of a message's stream, or a whole message, says that the books need.
 */
final class MessagesEvent {

	private static final int MAX_DEPTH = 10_000;

	private final byte[] bytes;

	private final JsonScanner json;

	private final AnthropicUsage usage;

	private final DeliveredText delivered;

	private @Nullable String type;

	private boolean readable;

	private boolean stopped;

	private int errorFrom = -1;

	private int errorTo;

	private MessagesEvent(byte[] bytes, int from, int to, AnthropicUsage usage, DeliveredText delivered) {
		this.bytes = bytes;
		this.json = new JsonScanner(bytes, from, to, MAX_DEPTH);
		this.usage = usage;
		this.delivered = delivered;
	}

	/**
	 * Reads the JSON in {@code [from, to)}, merges its usage and adds its text.
	 */
	static MessagesEvent read(byte[] bytes, int from, int to, AnthropicUsage usage, DeliveredText delivered) {
		MessagesEvent event = new MessagesEvent(bytes, from, to, usage, delivered);
		try {
			event.run();
		}
		catch (MalformedJsonException ex) {
			event.readable = false;
		}
		return event;
	}

	private void run() throws MalformedJsonException {
		if (this.json.next() != Token.OBJECT_START) {
			return;
		}
		while (this.json.next() == Token.KEY) {
			member(this.json.text());
		}
		this.readable = this.json.next() == Token.END;
	}

	private void member(String name) throws MalformedJsonException {
		switch (name) {
			case "type" -> {
				if (this.json.skipValue() == Token.STRING) {
					this.type = this.json.text();
				}
			}
			case "message" -> inside();
			case "model" -> this.usage.model(this.json);
			case "usage" -> this.usage.read(this.bytes, this.json);
			case "stop_reason" -> this.usage.stopReason(this.json);
			case "delta" -> delta();
			case "content_block" -> block();
			case "content" -> SpokenText.add(this.json, this.bytes, this.delivered);
			case "error" -> {
				if (this.json.skipValue() != Token.NULL) {
					this.errorFrom = this.json.start();
					this.errorTo = this.json.end();
				}
			}
			default -> this.json.skipValue();
		}
	}

	private void block() throws MalformedJsonException {
		this.json.skipValue();
		int from = this.json.start();
		int to = this.json.end();
		SpokenText.add(new JsonScanner(this.bytes, from, to, MAX_DEPTH), this.bytes, this.delivered);
		this.usage.block(this.bytes, from, to);
	}

	/** The message that a stream begins with has the usage of the input in it. */
	private void inside() throws MalformedJsonException {
		int outside = this.json.depth();
		if (this.json.next() != Token.OBJECT_START) {
			while (this.json.depth() > outside) {
				this.json.next();
			}
			return;
		}
		while (this.json.next() == Token.KEY) {
			if (this.json.textIs("usage")) {
				this.usage.readStart(this.bytes, this.json);
			}
			else if (this.json.textIs("model")) {
				this.usage.model(this.json);
			}
			else {
				this.json.skipValue();
			}
		}
	}

	/** Which holds a piece of text, or the reason why the message ends. */
	private void delta() throws MalformedJsonException {
		int outside = this.json.depth();
		if (this.json.next() != Token.OBJECT_START) {
			while (this.json.depth() > outside) {
				this.json.next();
			}
			return;
		}
		while (this.json.next() == Token.KEY) {
			switch (this.json.text()) {
				case "stop_reason" -> this.stopped |= this.usage.stopReason(this.json);
				case "text", "thinking", "partial_json" -> text();
				default -> this.json.skipValue();
			}
		}
	}

	private void text() throws MalformedJsonException {
		if (this.json.skipValue() == Token.STRING) {
			SpokenText.addString(this.json, this.bytes, this.delivered);
		}
	}

	/** Its kind; null when it does not say. */
	@Nullable String type() {
		return this.type;
	}

	/** Whether it is a JSON object. */
	boolean readable() {
		return this.readable;
	}

	/** Whether it gives the reason why the message ends. */
	boolean stopped() {
		return this.stopped;
	}

	/** What it says went wrong; null when nothing did. */
	@Nullable InBandError error() {
		return (this.errorFrom >= 0) ? InBandErrors.anthropic(this.bytes, this.errorFrom, this.errorTo) : null;
	}

}
