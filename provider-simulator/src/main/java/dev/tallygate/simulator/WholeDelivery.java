package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives.Fault;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.function.Supplier;

/**
 * An answer as one JSON document, sent when the last word would be due.
 */
// A write that fails closes its connection, which is where failures are dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class WholeDelivery extends Delivery {

	private final Supplier<String> document;

	WholeDelivery(ChannelHandlerContext ctx, Answer answer, OpenCall open, Supplier<String> document,
			Runnable whenDone) {
		super(ctx, answer, open, whenDone);
		this.document = document;
	}

	@Override
	void advance() {
		if (ended() || !due(dueNanos(this.answer.allPieces()))) {
			return;
		}
		Fault fault = this.directives.fault();
		switch (fault) {
			case SILENCE -> {
				// Never a byte: the client has to give up.
			}
			case NONE -> whole(this.document.get());
			case GARBAGE -> whole(GARBAGE);
			case CUT -> whole(half(this.document.get()));
			case ERROR, ERROR_FIRST -> failed();
			case STALL -> {
				this.open.generated(this.answer.allPieces());
				head(this.document.get());
				this.ctx.flush();
			}
			case RESET, FIN, TEAR, MISFRAME -> broken(fault);
			case FIN_BYTES, RESET_BYTES -> {
				this.open.generated(this.answer.allPieces());
				String document = this.document.get();
				begin(document);
				send(document);
				if (!ended()) {
					whenWhole();
				}
			}
		}
	}

	/** The fault was to come after more bytes than there are. */
	private void whenWhole() {
		end(BillRow.Outcome.COMPLETED, 200);
		last(LastHttpContent.EMPTY_LAST_CONTENT);
		done();
	}

	private void whole(String document) {
		this.open.generated(this.answer.allPieces());
		end(BillRow.Outcome.COMPLETED, 200);
		if (this.directives.slice()) {
			sliced(document);
		}
		else {
			FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK,
					ByteBufUtil.writeUtf8(this.ctx.alloc(), document));
			describe(response, response.content().readableBytes());
			last(response);
		}
		done();
	}

	private void sliced(String document) {
		HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
		head.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
			.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
		this.ctx.write(head);
		send(document);
		last(LastHttpContent.EMPTY_LAST_CONTENT);
	}

	private void failed() {
		end(BillRow.Outcome.REFUSED, 500);
		String error = this.answer.call()
			.wire()
			.error(500, "The server had an error while processing your request", null);
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
				HttpResponseStatus.INTERNAL_SERVER_ERROR, ByteBufUtil.writeUtf8(this.ctx.alloc(), error));
		describe(response, response.content().readableBytes());
		last(response);
		done();
	}

	private void broken(Fault fault) {
		if (this.directives.faultAt() > 0 || fault == Fault.TEAR) {
			this.open.generated(this.answer.allPieces());
			head(this.document.get());
		}
		breakConnection((fault == Fault.TEAR) ? Fault.FIN : fault, "");
	}

	/** The header with the length of the whole, and half of it. */
	private void head(String document) {
		begin(document);
		this.ctx.write(new DefaultHttpContent(ByteBufUtil.writeUtf8(this.ctx.alloc(), half(document))));
	}

	private void begin(String document) {
		HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
		describe(head, ByteBufUtil.utf8Bytes(document));
		this.ctx.write(head);
	}

	private void describe(HttpResponse response, int length) {
		RateLimitHeaders.add(response.headers(), this.answer.call());
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
			.set(HttpHeaderNames.CONTENT_LENGTH, length)
			.set("x-request-id", this.answer.id());
	}

	private static String half(String document) {
		return document.substring(0, document.length() / 2);
	}

	@Override
	void settleAborted() {
		long delay = this.directives.delay().toNanos();
		long writing = elapsedNanos() - this.directives.first().toNanos();
		if (delay > 0 && writing > 0) {
			this.open.generated((int) Math.min(this.answer.allPieces(), writing / delay));
		}
	}

}
