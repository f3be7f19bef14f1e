package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Directives.Fault;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpServerCodec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The answer to one call on its way to the client. Everything happens on the thread of
 * the connection.
 */
// A write that fails closes its connection, which is where failures are dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
abstract sealed class Delivery permits StreamedDelivery, WholeDelivery {

	/** How long a reset waits, so that the peer has read what was sent before it. */
	private static final long READ_BEFORE_RESET_MILLIS = 20;

	static final String GARBAGE = "data: {\"id\":\"\u0001 this is {{ no JSON\n\n";

	final ChannelHandlerContext ctx;

	final Answer answer;

	final Directives directives;

	final OpenCall open;

	private final Runnable whenDone;

	private final long beganAt = System.nanoTime();

	private boolean ended;

	/** Bytes of the body that may still be sent before the fault. */
	private long bytesLeft;

	Delivery(ChannelHandlerContext ctx, Answer answer, OpenCall open, Runnable whenDone) {
		this.ctx = ctx;
		this.answer = answer;
		this.directives = answer.call().directives();
		this.open = open;
		this.whenDone = whenDone;
		boolean counted = this.directives.fault() == Fault.FIN_BYTES || this.directives.fault() == Fault.RESET_BYTES;
		this.bytesLeft = counted ? this.directives.faultAt() : Long.MAX_VALUE;
	}

	/** Goes on as far as time and the connection allow. */
	abstract void advance();

	/** The client has gone. */
	void abort() {
		if (!this.ended) {
			settleAborted();
			this.ended = true;
			this.open.close(BillRow.Outcome.ABORTED, 0);
		}
	}

	/** Last look at what was generated before the client left. */
	abstract void settleAborted();

	boolean ended() {
		return this.ended;
	}

	/** The call is over for the bill; what is left is to write the rest. */
	void end(BillRow.Outcome outcome, int status) {
		this.ended = true;
		this.open.close(outcome, status);
	}

	/** The connection is free for the next call. */
	void done() {
		this.whenDone.run();
	}

	long elapsedNanos() {
		return System.nanoTime() - this.beganAt;
	}

	/** When a piece of the answer is due, in nanoseconds after the call came. */
	long dueNanos(int piece) {
		return this.directives.first().toNanos() + piece * this.directives.delay().toNanos();
	}

	/** Whether it is that late; if not, the delivery goes on by itself when it is. */
	boolean due(long nanos) {
		long wait = nanos - elapsedNanos();
		if (wait <= 0) {
			return true;
		}
		this.ctx.flush();
		this.ctx.executor().schedule(this::advance, wait, TimeUnit.NANOSECONDS);
		return false;
	}

	void send(String text) {
		String spread = this.directives.multiline() ? spread(text) : text;
		String lines = this.directives.crlf() ? spread.replace("\n", "\r\n") : spread;
		byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
		int length = (int) Math.min(bytes.length, this.bytesLeft);
		this.bytesLeft -= length;
		if (this.directives.slice()) {
			for (int i = 0; i < length; i++) {
				this.ctx.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, i, 1)));
			}
		}
		else {
			this.ctx.write(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, 0, length)));
		}
		if (length < bytes.length && !this.ended) {
			breakConnection((this.directives.fault() == Fault.FIN_BYTES) ? Fault.FIN : Fault.RESET, "");
		}
	}

	/** Each event's data over as many lines as its commas at the top allow. */
	private static String spread(String events) {
		StringBuilder spread = new StringBuilder(events.length() + 64);
		boolean quoted = false;
		int depth = 0;
		for (int i = 0; i < events.length(); i++) {
			char c = events.charAt(i);
			spread.append(c);
			if (c == '"' && (!quoted || events.charAt(i - 1) != '\\')) {
				quoted = !quoted;
			}
			else if (!quoted && c == '{') {
				depth++;
			}
			else if (!quoted && c == '}') {
				depth--;
			}
			else if (!quoted && c == ',' && depth == 1) {
				spread.append("\ndata: ");
			}
		}
		return spread.toString();
	}

	/** The last byte of an answer, after which the socket may be closed all the same. */
	void last(Object content) {
		ChannelFuture written = this.ctx.writeAndFlush(content);
		if (this.directives.close()) {
			written.addListener(ChannelFutureListener.CLOSE);
		}
	}

	/** Ends the connection the way the fault says; {@code half} is what is torn. */
	void breakConnection(Fault fault, String half) {
		end(BillRow.Outcome.FAULTED, 200);
		switch (fault) {
			case RESET -> {
				this.ctx.flush();
				this.ctx.executor().schedule(this::reset, READ_BEFORE_RESET_MILLIS, TimeUnit.MILLISECONDS);
			}
			case TEAR -> {
				send(half.substring(0, half.length() / 2));
				this.ctx.flush();
				this.ctx.close();
			}
			case MISFRAME -> {
				this.ctx.flush();
				ByteBuf raw = ByteBufUtil.writeAscii(this.ctx.alloc(), "zz\r\nnot a chunk\r\n");
				this.ctx.pipeline().context(HttpServerCodec.class).writeAndFlush(raw);
				this.ctx.close();
			}
			case FIN -> {
				this.ctx.flush();
				this.ctx.close();
			}
			case NONE, SILENCE, STALL, GARBAGE, ERROR, ERROR_FIRST, FIN_BYTES, RESET_BYTES, CUT ->
				throw new IllegalArgumentException(fault + " leaves the connection whole");
		}
	}

	private void reset() {
		this.ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
		this.ctx.close();
	}

}
