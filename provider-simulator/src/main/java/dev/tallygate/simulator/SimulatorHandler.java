package dev.tallygate.simulator;

import dev.tallygate.simulator.SimulatedKeys.Verdict;
import dev.tallygate.simulator.call.Answer;
import dev.tallygate.simulator.call.Call;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Refusal;
import dev.tallygate.simulator.call.Wire;
import dev.tallygate.simulator.messages.MessagesWire;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Takes the requests of one connection, one after the other.
 */
// A write that fails closes its connection, which is where failures are dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class SimulatorHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

	private final Bill bill;

	private final SimulatedKeys keys;

	private final Controls controls;

	private final ControlRoutes controlRoutes;

	private final Providers providers;

	private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();

	private @Nullable Delivery current;

	SimulatorHandler(Bill bill, SimulatedKeys keys, Controls controls, Providers providers) {
		this.bill = bill;
		this.keys = keys;
		this.controls = controls;
		this.providers = providers;
		this.controlRoutes = new ControlRoutes(bill, keys, controls);
	}

	@Override
	protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
		if (this.current != null) {
			this.waiting.add(request.retain());
			return;
		}
		answer(ctx, request);
	}

	private void answer(ChannelHandlerContext ctx, FullHttpRequest request) {
		QueryStringDecoder target = new QueryStringDecoder(request.uri());
		String path = target.path();
		if (path.startsWith("/sim/")) {
			ControlRoutes.Reply reply = this.controlRoutes.answer(request, target);
			write(ctx, reply.status(), "application/json", reply.body(), null);
			return;
		}
		Wire wire = this.providers.wire(path, request.headers().contains("x-api-key"));
		try {
			route(ctx, request, path, wire);
		}
		catch (Refusal ex) {
			dropped(ex.status());
			write(ctx, ex.status(), "application/json", wire.error(ex.status(), ex.message(), ex.code()), null);
		}
		catch (JacksonException ex) {
			dropped(400);
			write(ctx, 400, "application/json",
					wire.error(400, "We could not parse the JSON body of your request.", null), null);
		}
	}

	/** A call that is refused once it was taken: the connection waits for no answer. */
	private void dropped(int status) {
		if (this.current != null) {
			this.current.end(BillRow.Outcome.REFUSED, status);
			this.current = null;
		}
	}

	private void route(ChannelHandlerContext ctx, FullHttpRequest request, String path, Wire wire) {
		String key = key(request.headers());
		String provider = Providers.name(path, wire instanceof MessagesWire);
		Verdict verdict = provider.equals("ollama") ? Verdict.GOOD : this.keys.verdict(key);
		if (verdict != Verdict.GOOD) {
			refuse(ctx, wire, verdict, key);
			return;
		}
		String said = request.method().name() + " " + path.replaceFirst("^/[a-z]+/v1/", "/v1/");
		Providers.Asked asked = this.providers.asked(said, provider, wire, () -> json(request),
				SimulatedKeys.fingerprint(key));
		Call call = asked.call();
		if (call == null) {
			write(ctx, 200, "application/json", asked.document(), null);
			return;
		}
		deliver(ctx, request, provider, call);
	}

	private void refuse(ChannelHandlerContext ctx, Wire wire, Verdict verdict, @Nullable String key) {
		String body = switch (verdict) {
			case REJECTED,
					GOOD ->
				wire.error(401,
						"Incorrect API key provided: " + masked(key)
								+ ". You can find your API key at https://platform.openai.com/account/api-keys.",
						"invalid_api_key");
			case FORBIDDEN -> wire.error(403, "You are not allowed to use this model", "model_not_allowed");
			case BROKE -> wire.error(429, "You exceeded your current quota, please check your plan and billing details",
					"insufficient_quota");
			case DOWN -> wire.error(500, "The server had an error while processing your request", null);
		};
		write(ctx, verdict.status(), "application/json", body, null);
	}

	private static String masked(@Nullable String key) {
		int shown = 4;
		return (key == null || key.length() < 2 * shown) ? "none" : "****" + key.substring(key.length() - shown);
	}

	private void deliver(ChannelHandlerContext ctx, FullHttpRequest request, String provider, Call asked) {
		String requestId = request.headers().get("x-client-request-id");
		Call call = forgiving(asked, (requestId != null) ? requestId : asked.prompt());
		String key = key(request.headers());
		OpenCall open = new OpenCall(this.bill, provider, Answer.to(call), requestId, SimulatedKeys.fingerprint(key));
		Answer answer = open.answer();
		Integer status = call.directives().status();
		if (status != null) {
			open.close(BillRow.Outcome.REFUSED, status);
			ErrorBody body = ErrorBody.of(call, status, key);
			write(ctx, status, body.type(), body.text(), call);
			return;
		}
		Runnable whenDone = () -> done(ctx);
		Delivery delivery = call.streamed() ? new StreamedDelivery(ctx, answer, open, whenDone)
				: new WholeDelivery(ctx, answer, open, () -> call.wire().whole(answer), whenDone);
		this.current = delivery;
		delivery.advance();
	}

	/** The call without its fault when it was tried often enough. */
	private Call forgiving(Call call, String name) {
		int failing = call.directives().attempts();
		boolean fails = failing == 0 || this.controls.attempt(name) <= failing;
		return fails ? call : call.with(call.directives().withoutFaults());
	}

	private void done(ChannelHandlerContext ctx) {
		this.current = null;
		FullHttpRequest next = this.waiting.poll();
		if (next != null) {
			ctx.executor().execute(() -> {
				try {
					channelRead0(ctx, next);
				}
				finally {
					next.release();
				}
			});
		}
	}

	private static @Nullable String key(HttpHeaders headers) {
		String bearer = headers.get(HttpHeaderNames.AUTHORIZATION);
		if (bearer != null && bearer.regionMatches(true, 0, "Bearer ", 0, 7)) {
			return bearer.substring(7).strip();
		}
		return headers.get("x-api-key");
	}

	private static JsonNode json(FullHttpRequest request) {
		InputStream body = new ByteBufInputStream(request.content());
		JsonNode json = Json.MAPPER.readTree(body);
		if (!json.isObject()) {
			throw new Refusal(400, "the body must be a JSON object");
		}
		return json;
	}

	private static void write(ChannelHandlerContext ctx, int status, String type, String body, @Nullable Call told) {
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
				HttpResponseStatus.valueOf(status), ByteBufUtil.writeUtf8(ctx.alloc(), body));
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, type)
			.set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
		if (told != null) {
			retryHints(response.headers(), told);
			RateLimitHeaders.add(response.headers(), told);
		}
		ctx.writeAndFlush(response);
	}

	/**
	 * When to come again: a number as it is told, or {@code date:7} for a time so many
	 * seconds ahead.
	 */
	private static void retryHints(HttpHeaders headers, Call told) {
		String after = told.directives().value("retry-after");
		if (after != null && after.startsWith("date:")) {
			Instant then = Instant.now().plusSeconds(Long.parseLong(after.substring("date:".length())));
			headers.set(HttpHeaderNames.RETRY_AFTER,
					DateTimeFormatter.RFC_1123_DATE_TIME.format(then.atOffset(ZoneOffset.UTC)));
		}
		else if (after != null) {
			headers.set(HttpHeaderNames.RETRY_AFTER, after);
		}
		String again = told.directives().value("should-retry");
		if (again != null) {
			headers.set("x-should-retry", again.equals("yes") ? "true" : again);
		}
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		if (this.current != null && ctx.channel().isWritable()) {
			this.current.advance();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		if (this.current != null) {
			this.current.abort();
		}
		this.waiting.forEach(FullHttpRequest::release);
		this.waiting.clear();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		if (cause instanceof java.io.IOException) {
			ctx.close();
			return;
		}
		write(ctx, 500, "text/plain", "The simulator failed: " + cause + "\n", null);
		System.err.println("The simulator failed: " + cause);
		ctx.close();
	}

}
