package dev.tallygate.gateway.dialect.openai;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.pricing.TokenCounts;
import java.nio.charset.StandardCharsets;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code chat.completion.chunk}, or a whole {@code chat.completion}, says that
 * the books need. What is no JSON says nothing.
 */
final class ChatChunk {

	/** Deeper than any real chunk. */
	private static final int MAX_DEPTH = 128;

	private final byte[] bytes;

	private final JsonScanner json;

	private final DeliveredText delivered;

	private final ToLongFunction<String> tokenizer;

	private @Nullable TokenCounts usage;

	private boolean choices;

	private boolean finished;

	private boolean error;

	private int nullUsageFrom = -1;

	private int nullUsageTo = -1;

	private ChatChunk(byte[] bytes, int from, int to, DeliveredText delivered, ToLongFunction<String> tokenizer) {
		this.bytes = bytes;
		this.json = new JsonScanner(bytes, from, to, MAX_DEPTH);
		this.delivered = delivered;
		this.tokenizer = tokenizer;
	}

	/** Reads the JSON in {@code [from, to)} and adds its text to {@code delivered}. */
	static ChatChunk read(byte[] bytes, int from, int to, DeliveredText delivered, ToLongFunction<String> tokenizer) {
		ChatChunk chunk = new ChatChunk(bytes, from, to, delivered, tokenizer);
		try {
			chunk.run();
		}
		catch (MalformedJsonException ex) {
			chunk.nullUsageFrom = -1;
			chunk.usage = null;
		}
		return chunk;
	}

	/** The usage it reports; null when none. */
	@Nullable TokenCounts usage() {
		return this.usage;
	}

	/** Whether it carries a usage and nothing of the answer. */
	boolean onlyUsage() {
		return this.usage != null && !this.choices;
	}

	/** Whether a choice came to its end in it. */
	boolean finished() {
		return this.finished;
	}

	/** Whether it says that the provider failed. */
	boolean error() {
		return this.error;
	}

	/** Where its {@code "usage":null} starts, comma included, or -1. */
	int nullUsageFrom() {
		return this.nullUsageFrom;
	}

	/** Where its {@code "usage":null} ends. */
	int nullUsageTo() {
		return this.nullUsageTo;
	}

	private void run() throws MalformedJsonException {
		if (this.json.next() != Token.OBJECT_START) {
			return;
		}
		int previousEnd = -1;
		boolean cutToNextKey = false;
		while (this.json.next() == Token.KEY) {
			int keyStart = this.json.start();
			if (cutToNextKey) {
				this.nullUsageTo = keyStart;
				cutToNextKey = false;
			}
			if (this.json.textIs("usage")) {
				cutToNextKey = usageMember(keyStart, previousEnd);
			}
			else {
				member();
			}
			previousEnd = this.json.end();
		}
		this.json.next();
	}

	private void member() throws MalformedJsonException {
		if (this.json.textIs("choices")) {
			choicesMember();
		}
		else if (this.json.textIs("error")) {
			this.error = this.json.skipValue() != Token.NULL;
		}
		else {
			this.json.skipValue();
		}
	}

	/** Whether the cut ends only where the next member starts. */
	private boolean usageMember(int keyStart, int previousEnd) throws MalformedJsonException {
		Token token = this.json.next();
		switch (token) {
			case OBJECT_START -> this.usage = OpenAiUsage.read(this.json);
			case ARRAY_START -> {
				int outer = this.json.depth() - 1;
				while (this.json.depth() > outer) {
					this.json.next();
				}
			}
			case NULL -> {
				this.nullUsageFrom = (previousEnd >= 0) ? previousEnd : keyStart;
				this.nullUsageTo = this.json.end();
				return previousEnd < 0;
			}
			default -> {
				// a usage of another kind reports nothing
			}
		}
		return false;
	}

	private void choicesMember() throws MalformedJsonException {
		if (!OpenAiUsage.opens(this.json, Token.ARRAY_START)) {
			return;
		}
		int inside = this.json.depth();
		boolean text = false;
		boolean end = false;
		while (this.json.depth() >= inside) {
			Token token = this.json.next();
			switch (token) {
				case KEY -> {
					this.choices = true;
					text = isText();
					end = this.json.textIs("finish_reason");
				}
				case STRING -> {
					this.finished |= end;
					if (text) {
						addText();
					}
				}
				default -> this.choices |= token == Token.OBJECT_START;
			}
		}
	}

	private boolean isText() {
		return this.json.textIs("content") || this.json.textIs("arguments") || this.json.textIs("reasoning_content")
				|| this.json.textIs("reasoning") || this.json.textIs("refusal") || this.json.textIs("name")
				|| this.json.textIs("text");
	}

	private void addText() {
		if (this.json.escaped()) {
			byte[] text = this.json.text().getBytes(StandardCharsets.UTF_8);
			this.delivered.add(text, 0, text.length, this.tokenizer);
		}
		else {
			this.delivered.add(this.bytes, this.json.start() + 1, this.json.end() - 1, this.tokenizer);
		}
	}

}
