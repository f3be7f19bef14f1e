package dev.tallygate.gateway.dialect;

import java.util.List;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Reach;
import dev.tallygate.gateway.pricing.Attachment;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that was scanned and passes as it came but for its model.
 *
 * @param body holds it, from 0
 * @param length how many bytes it has
 * @param scan what was found
 * @param texts what a tokenizer sees of it
 * @param exchange how it is asked of one provider
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record ScannedRequest(byte[] body, int length, RequestScan scan, InputTexts texts,
		Function<SplicedBody, Exchange> exchange) implements WireRequest {

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
	public @Nullable Meter cacheLife() {
		return this.scan.notes().cacheLife();
	}

	@Override
	public long inputTokens() {
		return this.scan.inputTokens();
	}

	@Override
	public String inputText() {
		return this.texts.of(this.body, this.length);
	}

	@Override
	public Exchange to(String model, boolean usageWanted) {
		return this.exchange.apply(new SplicedBody(this.body, this.length, this.scan.modelSplice(model)));
	}

}
