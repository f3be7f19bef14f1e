package dev.tallygate.gateway.dialect;

import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Reach;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that was scanned: its bytes stay as they came.
 *
 * @param <S> what was found in it
 */
public abstract class ScannedRequest<S extends RequestScan> implements WireRequest {

	/** What was found. */
	protected final S scan;

	private byte[] body;

	private final int length;

	private final InputTexts texts;

	/**
	 * A request that was walked over.
	 * @param body holds it, from 0
	 * @param length how many bytes it has
	 * @param scan what was found
	 * @param texts what a tokenizer sees of it
	 */
	protected ScannedRequest(byte[] body, int length, S scan, InputTexts texts) {
		this.body = body;
		this.length = length;
		this.scan = scan;
		this.texts = texts;
	}

	@Override
	public final @Nullable String model() {
		return this.scan.model();
	}

	@Override
	public final boolean stream() {
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
	public final long inputTokens() {
		return this.scan.inputTokens();
	}

	@Override
	public final List<Attachment> attachments() {
		return this.scan.notes().attachments();
	}

	@Override
	public Reach reach() {
		return this.scan.notes().reach();
	}

	@Override
	public final @Nullable Meter cacheLife() {
		return this.scan.notes().cacheLife();
	}

	@Override
	public final int length() {
		return this.length;
	}

	@Override
	public final String inputText() {
		return this.texts.of(this.body, Math.min(this.length, this.body.length));
	}

	@Override
	public final byte[] body() {
		return this.body;
	}

	/** The request with these stretches of it replaced. */
	protected final SplicedBody spliced(List<SplicedBody.Splice> splices) {
		return new SplicedBody(this.body, this.length, splices);
	}

	@Override
	public final void letGo() {
		this.body = new byte[0];
		this.scan.letGo();
	}

}
