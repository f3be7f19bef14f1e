package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives.Fault;
import dev.tallygate.simulator.call.EventWriter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * An answer as server-sent events, one word each.
 */
// A write that fails closes its connection, which is where failures are dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class StreamedDelivery extends Delivery {

	private final EventWriter events;

	private final int total;

	private final Fault fault;

	private final int faultAt;

	private boolean begun;

	private int next;

	private boolean faulted;

	StreamedDelivery(ChannelHandlerContext ctx, Answer answer, OpenCall open, Runnable whenDone) {
		super(ctx, answer, open, whenDone);
		this.events = answer.call().wire().events(answer);
		this.total = answer.allPieces();
		this.fault = this.directives.fault();
		this.faultAt = Math.min(this.directives.faultAt(), this.total);
	}

	@Override
	void advance() {
		if (ended() || !due(dueNanos(0)) || !begin()) {
			return;
		}
		while (this.next < this.total) {
			if (!this.ctx.channel().isWritable()) {
				this.ctx.flush();
				return;
			}
			if (stoppedByFault() || !due(dueNanos(this.next))) {
				return;
			}
			word();
			if (ended()) {
				return;
			}
		}
		if (!stoppedByFault()) {
			finish();
		}
	}

	private void word() {
		if (this.directives.comments()) {
			send(this.events.idle());
		}
		int choices = this.answer.call().choices();
		String piece = this.events.piece(this.next % choices, this.next / choices);
		this.next++;
		this.open.generated(this.next);
		send(piece);
	}

	private boolean begin() {
		if (this.begun) {
			return true;
		}
		if (this.fault == Fault.SILENCE) {
			return false;
		}
		if (this.faultAt == 0 && (this.fault == Fault.RESET || this.fault == Fault.FIN)) {
			breakConnection(this.fault, "");
			return false;
		}
		this.begun = true;
		this.ctx.write(head());
		if (this.fault == Fault.ERROR_FIRST) {
			send(this.events.error("The server had an error while processing your request"));
			cut();
			return false;
		}
		if (this.faultAt > 0 || this.fault != Fault.STALL) {
			send(this.events.opening());
		}
		return !ended();
	}

	private HttpResponse head() {
		HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
		RateLimitHeaders.add(head.headers(), this.answer.call());
		head.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
			.set(HttpHeaderNames.CACHE_CONTROL, "no-cache")
			.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED)
			.set("x-request-id", this.answer.id());
		return head;
	}

	/** Whether the fault is due here and ends the delivery. */
	private boolean stoppedByFault() {
		if (this.faulted || this.next != this.faultAt) {
			return false;
		}
		this.faulted = true;
		return switch (this.fault) {
			case NONE, SILENCE, ERROR_FIRST, FIN_BYTES, RESET_BYTES -> false;
			case GARBAGE -> {
				send(GARBAGE);
				yield false;
			}
			case STALL -> {
				this.ctx.flush();
				// The bill is settled when the client gives up.
				yield stop();
			}
			case ERROR -> {
				send(this.events.error("The server had an error while processing your request"));
				yield cut();
			}
			case CUT -> cut();
			case RESET, FIN, TEAR, MISFRAME -> {
				breakConnection(this.fault, this.events.piece(0, this.next));
				yield true;
			}
		};
	}

	private boolean stop() {
		this.faulted = false;
		return true;
	}

	private boolean cut() {
		end(BillRow.Outcome.FAULTED, 200);
		last(LastHttpContent.EMPTY_LAST_CONTENT);
		done();
		return true;
	}

	private void finish() {
		this.open.generated(this.total);
		send(this.events.closing());
		if (ended()) {
			return;
		}
		end(BillRow.Outcome.COMPLETED, 200);
		last(LastHttpContent.EMPTY_LAST_CONTENT);
		done();
	}

	@Override
	void settleAborted() {
		// Every word was counted as it was sent.
	}

}
