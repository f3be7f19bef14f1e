package dev.tallygate.simulator;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a large upload as soon as its head is there, reads no more of it, and closes a
 * little later: what fronts of real providers do. Told by {@code early=413} for every
 * call, since a prompt is not read here.
 */
// A write that fails closes its connection, which is where failures are dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class EarlyAnswer extends ChannelInboundHandlerAdapter {

	/** What is not a large upload, in bytes. */
	private static final int SMALL = 65_536;

	private static final long CLOSES_AFTER_MILLIS = 300;

	private final Controls controls;

	private boolean refused;

	EarlyAnswer(Controls controls) {
		this.controls = controls;
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		@Nullable Integer status = (message instanceof HttpRequest request && HttpUtil.getContentLength(request, 0L) > SMALL)
				? this.controls.everyCall().early() : null;
		if (status != null) {
			this.refused = true;
			refuse(ctx, status);
		}
		if (this.refused) {
			ReferenceCountUtil.release(message);
			return;
		}
		ctx.fireChannelRead(message);
	}

	private static void refuse(ChannelHandlerContext ctx, int status) {
		String body = "{\"error\":{\"message\":\"The simulator refuses this upload early\",\"type\":\"invalid_request_error\","
				+ "\"param\":null,\"code\":\"refused_early\"}}";
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
				HttpResponseStatus.valueOf(status), ByteBufUtil.writeUtf8(ctx.alloc(), body));
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, "application/json")
			.set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
			.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
		ctx.channel().config().setAutoRead(false);
		ctx.writeAndFlush(response);
		ctx.executor().schedule(() -> ctx.close(), CLOSES_AFTER_MILLIS, TimeUnit.MILLISECONDS);
	}

}
