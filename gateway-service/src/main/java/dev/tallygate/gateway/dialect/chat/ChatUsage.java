package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Quantities;
import dev.tallygate.pricing.Usage;
import dev.tallygate.pricing.wire.UsageContext;
import dev.tallygate.pricing.wire.UsageReader;
import org.jspecify.annotations.Nullable;

/**
 * Finds a {@code usage} object in the bytes of an answer.
 */
final class ChatUsage {

	private ChatUsage() {
	}

	/**
	 * Reads the object just opened, up to its end.
	 * @return null when it reports nothing
	 */
	static @Nullable Usage read(byte[] bytes, JsonScanner json, UsageContext context) throws MalformedJsonException {
		int from = json.start();
		int outer = json.depth() - 1;
		while (json.depth() > outer) {
			json.next();
		}
		return UsageReader.OPENAI.read(bytes, from, json.end(), context);
	}

	/**
	 * With the search that an answer took which cites the web. OpenAI charges one for
	 * each answer of its search models, and its usage does not count them.
	 */
	static @Nullable Usage withSearch(@Nullable Usage told, boolean citing) {
		Usage known = (told != null) ? told : Usage.NONE;
		return (citing && known.quantities().get(Meter.WEB_SEARCH) == 0)
				? known.plus(Quantities.builder().add(Meter.WEB_SEARCH, 1).build()) : told;
	}

	/** Whether the next value starts so; if not, it is passed by. */
	static boolean opens(JsonScanner json, Token wanted) throws MalformedJsonException {
		Token token = json.next();
		if (token == wanted) {
			return true;
		}
		if (token == Token.ARRAY_START || token == Token.OBJECT_START) {
			int outer = json.depth() - 1;
			while (json.depth() > outer) {
				json.next();
			}
		}
		return false;
	}

}
