package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.Usage.Mark;
import dev.tallygate.pricing.wire.MergedUsage;
import dev.tallygate.pricing.wire.UsageContext;
import org.jspecify.annotations.Nullable;

/**
 * What the {@code usage} objects of one answer say together, and which model gave it.
 */
final class AnthropicUsage {

	/** No name of a model is longer. */
	private static final int MAX_NAME = 256;

	private final MergedUsage merged = new MergedUsage();

	private final UsageContext context;

	private @Nullable String model;

	private boolean declined;

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
	 * What was used; null when nothing was told. A message that the model declined before
	 * it said anything is charged nothing by the provider's terms.
	 */
	@Nullable Usage usage() {
		Usage told = this.merged.usage(this.context);
		if (told == null) {
			return null;
		}
		Usage served = told.servedAs(told.served().by(this.model));
		Long output = served.outputTokens();
		return (this.declined && output != null && output == 0) ? served.marked(Mark.REFUSED) : served;
	}

}
