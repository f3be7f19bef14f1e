package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.InBandErrors;
import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.ServedBy;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.UsageContext;
import dev.tallygate.pricing.wire.UsageReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What one {@code chat.completion.chunk}, or a whole {@code chat.completion}, says that
 * the books need. What is no JSON says nothing.
 */
final class ChatChunk {

	/** Deeper than any real chunk. */
	private static final int MAX_DEPTH = 10_000;

	/** No name of a model or tier is longer. */
	private static final int MAX_NAME = 256;

	private static final byte[] TIMINGS = ",\"timings\":".getBytes(StandardCharsets.US_ASCII);

	private final byte[] bytes;

	private final JsonScanner json;

	private final DeliveredText delivered;

	private final UsageContext context;

	private @Nullable Usage usage;

	private @Nullable String model;

	private @Nullable String serviceTier;

	private boolean choices;

	private boolean carrying;

	private boolean citing;

	private boolean readable;

	private int finishes;

	private int timingsFrom = -1;

	private int timingsTo;

	private int errorFrom = -1;

	private int errorTo;

	private int nullUsageFrom = -1;

	private int nullUsageTo = -1;

	private ChatChunk(byte[] bytes, int from, int to, DeliveredText delivered, UsageContext context) {
		this.bytes = bytes;
		this.json = new JsonScanner(bytes, from, to, MAX_DEPTH);
		this.delivered = delivered;
		this.context = context;
	}

	/** Reads the JSON in {@code [from, to)} and adds its text to {@code delivered}. */
	static ChatChunk read(byte[] bytes, int from, int to, DeliveredText delivered, UsageContext context) {
		ChatChunk chunk = new ChatChunk(bytes, from, to, delivered, context);
		try {
			chunk.run();
		}
		catch (MalformedJsonException ex) {
			chunk.nullUsageFrom = -1;
			chunk.usage = null;
			chunk.readable = false;
		}
		return chunk;
	}

	/** The usage it reports; null when none. */
	@Nullable Usage usage() {
		return served(this.usage);
	}

	/** What it says of who answers. */
	ServedBy served() {
		return new ServedBy(this.model, this.serviceTier);
	}

	/** What the server's timings count, of which llama.cpp tells before its usage. */
	@Nullable Usage timed() {
		return (this.timingsFrom < 0) ? null
				: served(UsageReader.TIMINGS.read(this.bytes, this.timingsFrom, this.timingsTo, this.context));
	}

	private @Nullable Usage served(@Nullable Usage told) {
		return (told != null) ? served().of(told) : null;
	}

	/** Whether it is a JSON object. */
	boolean readable() {
		return this.readable;
	}

	/** Whether it carries a usage and nothing of the answer, whatever its shape. */
	boolean onlyUsage() {
		return this.usage != null && !this.carrying;
	}

	/** Whether it cites the web, for which somebody must have searched it. */
	boolean citing() {
		return this.citing;
	}

	/** Whether it has choices, be they empty. */
	boolean hasChoices() {
		return this.choices;
	}

	/** The server's timings with a comma before them; empty when it tells none. */
	byte[] timings() {
		if (this.timingsFrom < 0) {
			return new byte[0];
		}
		byte[] member = new byte[TIMINGS.length + this.timingsTo - this.timingsFrom];
		System.arraycopy(TIMINGS, 0, member, 0, TIMINGS.length);
		System.arraycopy(this.bytes, this.timingsFrom, member, TIMINGS.length, this.timingsTo - this.timingsFrom);
		return member;
	}

	/** How many choices came to their end in it. */
	int finishes() {
		return this.finishes;
	}

	/** What it says went wrong; null when nothing did. */
	@Nullable InBandError error() {
		return (this.errorFrom >= 0) ? InBandErrors.openAi(this.bytes, this.errorFrom, this.errorTo) : null;
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
		this.readable = true;
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
		else if (this.json.textIs("timings")) {
			if (this.json.skipValue() == Token.OBJECT_START) {
				this.timingsFrom = this.json.start();
				this.timingsTo = this.json.end();
			}
		}
		else if (this.json.textIs("error")) {
			errorMember();
		}
		else if (this.json.textIs("model")) {
			this.model = text();
		}
		else if (this.json.textIs("service_tier")) {
			this.serviceTier = text();
		}
		else {
			this.json.skipValue();
		}
	}

	private @Nullable String text() throws MalformedJsonException {
		return (this.json.skipValue() == Token.STRING && this.json.end() - this.json.start() <= MAX_NAME)
				? this.json.text() : null;
	}

	private void errorMember() throws MalformedJsonException {
		if (this.json.skipValue() != Token.NULL) {
			this.errorFrom = this.json.start();
			this.errorTo = this.json.end();
		}
	}

	/** Whether the cut ends only where the next member starts. */
	private boolean usageMember(int keyStart, int previousEnd) throws MalformedJsonException {
		Token token = this.json.next();
		switch (token) {
			case OBJECT_START -> this.usage = ChatUsage.read(this.bytes, this.json, this.context);
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
		if (!ChatUsage.opens(this.json, Token.ARRAY_START)) {
			return;
		}
		int inside = this.json.depth();
		boolean text = false;
		boolean end = false;
		boolean index = false;
		boolean type = false;
		while (this.json.depth() >= inside) {
			switch (this.json.next()) {
				case KEY -> {
					this.choices = true;
					text = isText();
					end = this.json.textIs("finish_reason");
					index = this.json.textIs("index");
					type = this.json.textIs("type");
				}
				case STRING -> {
					this.finishes += end ? 1 : 0;
					this.citing |= type && this.json.textIs("url_citation");
					this.carrying |= this.json.end() - this.json.start() > 2;
					if (text) {
						addText();
					}
				}
				case NUMBER -> this.carrying |= !index;
				case TRUE, FALSE -> this.carrying = true;
				case OBJECT_START -> this.choices = true;
				case OBJECT_END, ARRAY_START, ARRAY_END, NULL, END -> {
					// says nothing
				}
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
			this.delivered.add(text, 0, text.length);
		}
		else {
			this.delivered.add(this.bytes, this.json.start() + 1, this.json.end() - 1);
		}
	}

}
