package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Mark;
import dev.tallygate.pricing.wire.MergedUsage;
import dev.tallygate.pricing.wire.UsageContext;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code usage} objects of one answer say together, and which model gave it.
 */
final class AnthropicUsage {

	private static final int MAX_DEPTH = 10_000;

	/** No name of a model is longer. */
	private static final int MAX_NAME = 256;

	private final MergedUsage merged = new MergedUsage();

	private final UsageContext context;

	private @Nullable String model;

	private boolean declined;

	private long searches;

	AnthropicUsage(UsageContext context) {
		this.context = context;
	}

	/** Adds what the value says that comes next, field by field. */
	void read(byte[] bytes, JsonScanner json) throws MalformedJsonException {
		json.skipValue();
		this.merged.add(bytes, json.start(), json.end());
	}

	/**
	 * Adds what the value says that comes next in the event that a stream starts with.
	 */
	void readStart(byte[] bytes, JsonScanner json) throws MalformedJsonException {
		json.skipValue();
		this.merged.start(bytes, json.start(), json.end());
	}

	/** Takes the name of the model that comes next. */
	void model(JsonScanner json) throws MalformedJsonException {
		if (json.skipValue() == Token.STRING && json.end() - json.start() <= MAX_NAME) {
			this.model = json.text();
		}
	}

	/** Takes the reason why the message ends that comes next; whether there is one. */
	boolean stopReason(JsonScanner json) throws MalformedJsonException {
		if (json.skipValue() != Token.STRING) {
			return false;
		}
		this.declined = json.textIs("refusal");
		return true;
	}

	/**
	 * Takes the block in {@code [from, to)} that begins. What a search found is charged,
	 * and is counted at the end of the message only.
	 */
	void block(byte[] bytes, int from, int to) throws MalformedJsonException {
		JsonScanner json = new JsonScanner(bytes, from, to, MAX_DEPTH);
		boolean search = false;
		boolean found = false;
		if (json.next() != Token.OBJECT_START) {
			return;
		}
		while (json.next() == Token.KEY) {
			String name = json.text();
			Token value = json.skipValue();
			search |= "type".equals(name) && value == Token.STRING && json.textIs("web_search_tool_result");
			// An error is no list.
			found |= "content".equals(name) && value == Token.ARRAY_START;
		}
		this.searches += (search && found) ? 1 : 0;
	}

	/**
	 * What was used; null when nothing was told. A message that the model declined before
	 * it said anything is charged nothing by the provider's terms.
	 */
	@Nullable Usage usage() {
		Usage told = this.merged.usage(this.context);
		if (told == null) {
			return null;
		}
		Usage served = withSearches(told.servedAs(told.served().by(this.model)));
		Long output = served.outputTokens();
		return (this.declined && output != null && output == 0) ? served.marked(Mark.REFUSED) : served;
	}

	/** With the searches of a message that broke off before it counted them. */
	private Usage withSearches(Usage told) {
		long untold = this.searches - told.quantities().get(Meter.WEB_SEARCH);
		return (told.outputTokens() != null || untold <= 0) ? told
				: told.plus(Quantities.builder().add(Meter.WEB_SEARCH, untold).build());
	}

}
