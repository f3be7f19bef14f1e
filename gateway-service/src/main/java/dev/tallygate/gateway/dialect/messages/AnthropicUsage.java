package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.pricing.Usage;
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

	/** What was used; null when nothing was told. */
	@Nullable Usage usage() {
		Usage told = this.merged.usage(this.context);
		return (told != null) ? told.servedAs(told.served().by(this.model)) : null;
	}

}
