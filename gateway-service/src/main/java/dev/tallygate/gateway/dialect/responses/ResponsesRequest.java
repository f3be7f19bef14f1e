package dev.tallygate.gateway.dialect.responses;

import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.ScannedRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for a response.
 */
public final class ResponsesRequest extends ScannedRequest<ResponsesRequestScan> {

	private static final InputTexts TEXTS = new InputTexts(Set.of("input", "instructions"),
			Set.of("tools", "text", "prompt"));

	ResponsesRequest(byte[] body, int length, ResponsesRequestScan scan) {
		super(body, length, scan, TEXTS);
	}

	@Override
	public Exchange to(String model, boolean usageWanted) {
		return new ResponsesExchange(spliced(this.scan.modelSplice(model)), this.scan.stored, this.scan.background);
	}

	/** The response it goes on from; null when none. */
	public @Nullable String previous() {
		return this.scan.previous;
	}

	/** The items that it names and does not say, which the provider keeps. */
	public Set<String> references() {
		return this.scan.references;
	}

	/** Whether it goes on from a conversation that the provider keeps. */
	public boolean conversation() {
		return this.scan.conversation;
	}

	/** Whether it begins with a prompt that the provider keeps. */
	public boolean prompt() {
		return this.scan.prompt;
	}

}
