package dev.tallygate.gateway.dialect.messages;

import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.ScannedRequest;
import java.util.Set;

/**
 * A request for a message.
 */
final class MessagesRequest extends ScannedRequest<MessagesRequestScan> {

	private static final InputTexts TEXTS = new InputTexts(Set.of("messages", "system"), Set.of("tools"));

	MessagesRequest(byte[] body, int length, MessagesRequestScan scan) {
		super(body, length, scan, TEXTS);
	}

	@Override
	public Exchange to(String model, boolean usageWanted) {
		return new MessagesExchange(spliced(this.scan.modelSplice(model)));
	}

}
