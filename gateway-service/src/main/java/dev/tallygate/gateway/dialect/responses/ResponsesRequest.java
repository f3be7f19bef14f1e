package dev.tallygate.gateway.dialect.responses;

import java.util.List;
import dev.tallygate.pricing.Reach;
import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.WireRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for a response.
 */
public final class ResponsesRequest implements WireRequest {

	private static final InputTexts TEXTS = new InputTexts(Set.of("input", "instructions"), Set.of("tools", "text"));

	private final byte[] body;

	private final int length;

	private final ResponsesRequestScan scan;

	ResponsesRequest(byte[] body, int length, ResponsesRequestScan scan) {
		this.body = body;
		this.length = length;
		this.scan = scan;
	}

	@Override
	public @Nullable String model() {
		return this.scan.model();
	}

	@Override
	public boolean stream() {
		return this.scan.stream();
	}

	@Override
	public @Nullable Long maxOutputTokens() {
		return this.scan.maxOutputTokens();
	}

	@Override
	public int choices() {
		return 1;
	}

	@Override
	public List<Attachment> attachments() {
		return this.scan.notes().attachments();
	}

	@Override
	public Reach reach() {
		return this.scan.notes().reach();
	}

	@Override
	public long inputTokens() {
		return this.scan.inputTokens();
	}

	@Override
	public int length() {
		return this.length;
	}

	@Override
	public String inputText() {
		return TEXTS.of(this.body, this.length);
	}

	@Override
	public byte[] body() {
		return this.body;
	}

	@Override
	public Exchange to(String model, boolean usageWanted) {
		return new ResponsesExchange(new SplicedBody(this.body, this.length, this.scan.modelSplice(model)),
				this.scan.stored, this.scan.background);
	}

	/** The response it goes on from; null when none. */
	public @Nullable String previous() {
		return this.scan.previous;
	}

	/** Whether it goes on from a conversation that the provider keeps. */
	public boolean conversation() {
		return this.scan.conversation;
	}

}
