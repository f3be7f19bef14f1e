package dev.tallygate.gateway.dialect.embeddings;

import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.WireRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for embeddings.
 *
 * @param body holds it, from 0
 * @param length how many bytes it has
 * @param scan what was found
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record EmbeddingsRequest(byte[] body, int length, EmbeddingsRequestScan scan) implements WireRequest {

	private static final InputTexts TEXTS = new InputTexts(Set.of("input"), Set.of());

	@Override
	public @Nullable String model() {
		return this.scan.model();
	}

	@Override
	public boolean stream() {
		return false;
	}

	/** Nothing comes out that is counted. */
	@Override
	public Long maxOutputTokens() {
		return 0L;
	}

	@Override
	public int choices() {
		return 1;
	}

	@Override
	public long inputTokens() {
		return this.scan.inputTokens();
	}

	@Override
	public String inputText() {
		return TEXTS.of(this.body, this.length);
	}

	@Override
	public Exchange to(String model, boolean usageWanted) {
		return new EmbeddingsExchange(new SplicedBody(this.body, this.length, this.scan.modelSplice(model)));
	}

}
