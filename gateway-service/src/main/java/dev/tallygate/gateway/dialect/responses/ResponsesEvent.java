package dev.tallygate.gateway.dialect.responses;

import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.InBandErrors;
import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.Reading;
import dev.tallygate.gateway.dialect.ServedBy;
import dev.tallygate.gateway.dialect.SpokenText;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.ResponseTools;
import dev.tallygate.pricing.wire.UsageReader;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one event of a response's stream, or a whole response, says that the books need.
 */
final class ResponsesEvent {

	private static final int MAX_DEPTH = 10_000;

	private final byte[] bytes;

	private final int from;

	private final int to;

	private final JsonScanner json;

	private final DeliveredText delivered;

	private final Reading reading;

	private @Nullable String type;

	private @Nullable String status;

	private @Nullable String id;

	private long sequence = -1;

	private final ResponseTools tools = new ResponseTools();

	private final Set<String> items = new LinkedHashSet<>();

	private int itemFrom = -1;

	private int itemTo;

	private @Nullable Usage usage;

	private @Nullable String model;

	private @Nullable String serviceTier;

	private boolean readable;

	private int responseFrom = -1;

	private int responseTo;

	private int errorFrom = -1;

	private int errorTo;

	private ResponsesEvent(byte[] bytes, int from, int to, DeliveredText delivered, Reading reading) {
		this.bytes = bytes;
		this.from = from;
		this.to = to;
		this.json = new JsonScanner(bytes, from, to, MAX_DEPTH);
		this.delivered = delivered;
		this.reading = reading;
	}

	/** Reads the event in {@code [from, to)} and adds its text. */
	static ResponsesEvent read(byte[] bytes, int from, int to, DeliveredText delivered, Reading reading) {
		ResponsesEvent event = new ResponsesEvent(bytes, from, to, delivered, reading);
		event.run(false);
		return event;
	}

	/** Reads a whole response. */
	static ResponsesEvent whole(byte[] bytes, int length, DeliveredText delivered, Reading reading) {
		ResponsesEvent response = new ResponsesEvent(bytes, 0, length, delivered, reading);
		response.run(true);
		return response;
	}

	private void run(boolean whole) {
		try {
			if (this.json.next() == Token.OBJECT_START) {
				members(whole);
				this.readable = this.json.next() == Token.END;
			}
		}
		catch (MalformedJsonException ex) {
			this.readable = false;
		}
	}

	private void members(boolean response) throws MalformedJsonException {
		while (this.json.next() == Token.KEY) {
			String name = this.json.text();
			if (response) {
				ofResponse(name);
			}
			else {
				ofEvent(name);
			}
		}
	}

	private void ofEvent(String name) throws MalformedJsonException {
		switch (name) {
			case "type" -> this.type = text();
			case "sequence_number" -> {
				if (this.json.skipValue() == Token.NUMBER) {
					this.sequence = this.json.wholeNumber();
				}
			}
			case "delta" -> {
				if (this.json.skipValue() == Token.STRING && isSpoken()) {
					SpokenText.addString(this.json, this.bytes, this.delivered);
				}
			}
			case "response" -> readResponse();
			case "item" -> {
				this.json.skipValue();
				this.itemFrom = this.json.start();
				this.itemTo = this.json.end();
				this.items.addAll(Items.ids(this.bytes, this.itemFrom, this.itemTo));
			}
			case "error" -> readError();
			default -> this.json.skipValue();
		}
	}

	/** Sound comes as letters too. */
	private boolean isSpoken() {
		return this.type == null || !this.type.contains("audio.") || this.type.contains("transcript");
	}

	private void readResponse() throws MalformedJsonException {
		int outside = this.json.depth();
		if (this.json.next() != Token.OBJECT_START) {
			while (this.json.depth() > outside) {
				this.json.next();
			}
			return;
		}
		this.responseFrom = this.json.start();
		while (this.json.next() == Token.KEY) {
			String name = this.json.text();
			if ("output".equals(name)) {
				this.json.skipValue();
				this.tools.output(this.bytes, this.json.start(), this.json.end());
				this.items.addAll(Items.ids(this.bytes, this.json.start(), this.json.end()));
			}
			else {
				ofResponse(name);
			}
		}
		this.responseTo = this.json.end();
	}

	private void ofResponse(String name) throws MalformedJsonException {
		switch (name) {
			case "id" -> this.id = text();
			case "status" -> this.status = text();
			case "usage" -> {
				this.json.skipValue();
				this.usage = UsageReader.OPENAI.read(this.bytes, this.json.start(), this.json.end(),
						this.reading.usage());
			}
			case "tool_usage" -> {
				this.json.skipValue();
				this.tools.toolUsage(this.bytes, this.json.start(), this.json.end());
			}
			case "tools" -> {
				this.json.skipValue();
				this.tools.tools(this.bytes, this.json.start(), this.json.end());
			}
			case "model" -> this.model = text();
			case "service_tier" -> this.serviceTier = text();
			case "output" -> output();
			case "error" -> readError();
			default -> this.json.skipValue();
		}
	}

	private void output() throws MalformedJsonException {
		this.json.skipValue();
		int start = this.json.start();
		int end = this.json.end();
		SpokenText.add(new JsonScanner(this.bytes, start, end, MAX_DEPTH), this.bytes, this.delivered);
		this.tools.output(this.bytes, start, end);
		this.items.addAll(Items.ids(this.bytes, start, end));
	}

	private void readError() throws MalformedJsonException {
		if (this.json.skipValue() != Token.NULL) {
			this.errorFrom = this.json.start();
			this.errorTo = this.json.end();
		}
	}

	private @Nullable String text() throws MalformedJsonException {
		return (this.json.skipValue() == Token.STRING) ? this.json.text() : null;
	}

	/** Its kind; null when it does not say. */
	@Nullable String type() {
		return this.type;
	}

	/** The response's name; null when it is not told. */
	@Nullable String id() {
		return this.id;
	}

	/** The names of the items in it. */
	Set<String> items() {
		return this.items;
	}

	/** Its place among the events; -1 when it does not say. */
	long sequence() {
		return this.sequence;
	}

	/** The usage it reports; null when none. */
	@Nullable Usage usage() {
		Usage told = this.usage;
		if (told == null) {
			return null;
		}
		return this.tools.addTo(served().of(told));
	}

	/** What it says of who answers. */
	ServedBy served() {
		return new ServedBy(this.model, this.serviceTier);
	}

	/** Counts the item that is done in it; none where it is of another kind. */
	void countItem(ResponseTools counted) {
		if ("response.output_item.done".equals(this.type) && this.itemFrom >= 0) {
			counted.done(this.bytes, this.itemFrom, this.itemTo);
		}
	}

	/** Whether it is a JSON object. */
	boolean readable() {
		return this.readable;
	}

	/** Whether the response in it is still to be made. */
	boolean isUnfinished() {
		return "queued".equals(this.status) || "in_progress".equals(this.status);
	}

	/** The response in it as it is written; empty when there is none. */
	byte[] response() {
		return (this.responseFrom < 0) ? new byte[0]
				: Arrays.copyOfRange(this.bytes, this.responseFrom, this.responseTo);
	}

	/** What it says went wrong; null when nothing did. */
	@Nullable InBandError error() {
		if (this.errorFrom >= 0) {
			return InBandErrors.openAi(this.bytes, this.errorFrom, this.errorTo);
		}
		if ("error".equals(this.type)) {
			return InBandErrors.openAi(this.bytes, this.from, this.to);
		}
		return ("failed".equals(this.status) || "response.failed".equals(this.type)) ? new InBandError(502, null, null)
				: null;
	}

}
