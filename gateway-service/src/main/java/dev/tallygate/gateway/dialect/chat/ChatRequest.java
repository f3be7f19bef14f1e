package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Reach;
import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.SplicedBody.Splice;
import dev.tallygate.gateway.dialect.WireRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * What a gateway needs to know of a chat completion request, found by scanning it; the
 * bytes themselves stay as they came.
 *
 * @see <a href="https://platform.openai.com/docs/api-reference/chat/create">the request
 * as its provider describes it</a>
 */
final class ChatRequest implements WireRequest {

	private static final InputTexts TEXTS = new InputTexts(Set.of("messages"),
			Set.of("tools", "functions", "response_format"));

	private static final String USAGE_WANTED = "{\"include_usage\":true}";

	private byte[] body;

	private final int length;

	private final ChatRequestScan scan;

	private ChatRequest(byte[] body, int length, ChatRequestScan scan) {
		this.body = body;
		this.length = length;
		this.scan = scan;
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

	/** The model as the caller wrote it; null when absent. */
	@Override
	public @Nullable String model() {
		return this.scan.model;
	}

	/** Whether the answer is asked for as a stream. */
	@Override
	public boolean stream() {
		return this.scan.stream;
	}

	/** Whether the caller asked for the usage at the end of the stream. */
	boolean usageAsked() {
		return this.scan.includeUsage;
	}

	/**
	 * The most output tokens of one choice: the larger of {@code max_tokens} and
	 * {@code max_completion_tokens}; null when neither is given.
	 */
	@Override
	public @Nullable Long maxOutputTokens() {
		return this.scan.maxOutputTokens;
	}

	/** How many choices are asked for, at least 1. */
	@Override
	public int choices() {
		return this.scan.choices;
	}

	/** About how many tokens go in, rather too many than too few. */
	@Override
	public List<Attachment> attachments() {
		return this.scan.notes.attachments();
	}

	@Override
	public Reach reach() {
		return this.scan.notes.reach();
	}

	@Override
	public @Nullable Meter cacheLife() {
		return this.scan.notes.cacheLife();
	}

	@Override
	public long inputTokens() {
		return this.scan.inputTokens;
	}

	/** How many bytes the request has. */
	@Override
	public int length() {
		return this.length;
	}

	/** The texts of messages and tools, one after the other, for a tokenizer. */
	@Override
	public String inputText() {
		return TEXTS.of(this.body, Math.min(this.length, this.body.length));
	}

	@Override
	public byte[] body() {
		return this.body;
	}

	@Override
	public void letGo() {
		this.body = new byte[0];
		this.scan.letGo();
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
		List<Splice> splices = new ArrayList<>(2);
		addModel(splices, model);
		if (usageWanted && this.scan.stream && !this.scan.includeUsage) {
			addUsageWanted(splices);
		}
		return new SplicedBody(this.body, this.length, splices);
	}

	private void addModel(List<Splice> splices, String model) {
		if (model.equals(this.scan.model)) {
			return;
		}
		String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(model)) + '"';
		if (this.scan.modelFrom >= 0) {
			splices.add(Splice.of(this.scan.modelFrom, this.scan.modelTo, quoted));
		}
		else {
			splices.add(Splice.of(this.scan.membersFrom, this.scan.membersFrom, "\"model\":" + quoted + ','));
		}
	}

	private void addUsageWanted(List<Splice> splices) {
		if (this.scan.includeUsageFrom >= 0) {
			splices.add(Splice.of(this.scan.includeUsageFrom, this.scan.includeUsageTo, "true"));
		}
		else if (this.scan.optionsFrom < 0) {
			splices.add(Splice.of(this.scan.membersTo, this.scan.membersTo, ",\"stream_options\":" + USAGE_WANTED));
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
