package dev.tallygate.gateway.dialect.embeddings;

import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.ScannedRequest;
import dev.tallygate.pricing.Reach;
import java.util.Set;

/**
 * A request for embeddings.
 */
final class EmbeddingsRequest extends ScannedRequest<EmbeddingsRequestScan> {

	private static final InputTexts TEXTS = new InputTexts(Set.of("input"), Set.of());

	EmbeddingsRequest(byte[] body, int length, EmbeddingsRequestScan scan) {
		super(body, length, scan, TEXTS);
	}

	/** Nothing comes out that is counted. */
	@Override
	public Long maxOutputTokens() {
		return 0L;
	}

	/** No way to ask for them has a price of its own. */
	@Override
	public Reach reach() {
		return Reach.PLAIN;
	}

	@Override
	public Exchange to(String model, boolean usageWanted) {
		return new EmbeddingsExchange(spliced(this.scan.modelSplice(model)));
	}

}
