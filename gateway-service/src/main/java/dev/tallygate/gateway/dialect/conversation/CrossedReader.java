package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.ByteSink;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.ServerSentEvent;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.pricing.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed answer with the reader of the provider's wire, for what the books
 * need, and writes it in the words of the caller's. A provider's own error becomes the
 * caller's.
 */
final class CrossedReader implements StreamReader {

	private static final ByteSink NOWHERE = (bytes, from, length) -> {
	};

	private static final InBandError UNREADABLE = new InBandError(502, "provider_error",
			"The provider's answer cannot be said on this API.");

	private final StreamReader provider;

	private final CrossedStream stream;

	private @Nullable InBandError failure;

	CrossedReader(StreamReader provider, CrossedStream stream) {
		this.provider = provider;
		this.stream = stream;
	}

	@Override
	public void event(ServerSentEvent event, ByteSink out) throws IOException {
		this.provider.event(event, NOWHERE);
		this.stream.event(event, out);
		fail(out);
	}

	@Override
	public void end(ByteSink out) throws IOException {
		this.provider.end(NOWHERE);
		this.stream.end(out);
		fail(out);
	}

	/** Tells the caller once what the provider said went wrong. */
	private void fail(ByteSink out) throws IOException {
		InBandError said = this.provider.failure();
		if (this.failure != null || (said == null && !this.stream.failed())) {
			return;
		}
		InBandError told = (said != null) ? said : UNREADABLE;
		this.failure = told;
		String message = (told.message() != null) ? told.message() : "The provider failed within its answer.";
		fail(WireError.of(told.status(), (told.code() != null) ? told.code() : "provider_error", message), out);
	}

	@Override
	public @Nullable Usage usage() {
		return this.provider.usage();
	}

	@Override
	public DeliveredText delivered() {
		return this.provider.delivered();
	}

	@Override
	public boolean finished() {
		return this.stream.finished();
	}

	@Override
	public boolean closed() {
		return this.stream.finished();
	}

	@Override
	public @Nullable InBandError failure() {
		return this.failure;
	}

	@Override
	public void fail(WireError error, ByteSink out) throws IOException {
		this.stream.fail(error, out);
	}

	@Override
	public boolean breaks() {
		return this.stream.breaks();
	}

	@Override
	public void close() {
		this.provider.close();
		this.stream.close();
	}

}
