package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.SplicedBody.Splice;
import dev.tallygate.gateway.dialect.ScannedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a gateway needs to know of a chat completion request, found by scanning it; the
 * bytes themselves stay as they came.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">the request
 * as its provider describes it</a>
 */
final class ChatRequest extends ScannedRequest<ChatRequestScan> {

	private static final InputTexts TEXTS = new InputTexts(Set.of("messages"),
			Set.of("tools", "functions", "response_format"));

	private static final String USAGE_WANTED = "{\"include_usage\":true}";

	private ChatRequest(byte[] body, int length, ChatRequestScan scan) {
		super(body, length, scan, TEXTS);
	}

	/**
	 * Reads a request.
	 * @param body holds its bytes, from 0
	 * @param length how many
	 * @throws MalformedJsonException when it is no JSON text within the limits
	 * @throws InvalidRequestException when it is no chat completion request
	 */
	static ChatRequest scan(byte[] body, int length, RequestLimits limits)
			throws MalformedJsonException, InvalidRequestException {
		ChatRequestScan scan = new ChatRequestScan(body, length, limits);
		scan.run();
		return new ChatRequest(body, length, scan);
	}

	/** Whether the caller asked for the usage at the end of the stream. */
	boolean usageAsked() {
		return this.scan.includeUsage;
	}

	@Override
	public int choices() {
		return this.scan.choices;
	}

	@Override
	public Exchange to(String model, boolean usageWanted) {
		return new ChatExchange(rewritten(model, usageWanted), usageWanted && stream() && !usageAsked(), choices());
	}

	/**
	 * The request as it goes to a provider: with that provider's model and, when
	 * {@code usageWanted}, with usage asked for.
	 */
	SplicedBody rewritten(String model, boolean usageWanted) {
		List<Splice> splices = new ArrayList<>(this.scan.modelSplice(model));
		if (usageWanted && stream() && !usageAsked()) {
			addUsageWanted(splices);
		}
		return spliced(splices);
	}

	private void addUsageWanted(List<Splice> splices) {
		if (this.scan.includeUsageFrom >= 0) {
			splices.add(Splice.of(this.scan.includeUsageFrom, this.scan.includeUsageTo, "true"));
		}
		else if (this.scan.optionsFrom < 0) {
			splices.add(Splice.of(this.scan.end(), this.scan.end(), ",\"stream_options\":" + USAGE_WANTED));
		}
		else if (this.scan.optionsMembers > 0) {
			int inside = this.scan.optionsFrom + 1;
			splices.add(Splice.of(inside, inside, "\"include_usage\":true,"));
		}
		else {
			splices.add(Splice.of(this.scan.optionsFrom, this.scan.optionsTo, USAGE_WANTED));
		}
	}

}
