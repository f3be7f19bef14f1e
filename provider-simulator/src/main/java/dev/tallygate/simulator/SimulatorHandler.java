package dev.tallygate.simulator;

import dev.tallygate.simulator.SimulatedKeys.Verdict;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Takes the requests of one connection, one after the other.
 */
// A write that fails closes its connection, which is where failures are dealt with.
@SuppressWarnings("FutureReturnValueIgnored")
final class SimulatorHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

	private static final Set<String> PROVIDERS = Set.of("openai", "anthropic", "ollama", "manus");

	private final Bill bill;

	private final SimulatedKeys keys;

	private final Controls controls;

	private final ControlRoutes controlRoutes;

	private final ArrayDeque<FullHttpRequest> waiting = new ArrayDeque<>();

	private @Nullable Delivery current;

	SimulatorHandler(Bill bill, SimulatedKeys keys, Controls controls) {
		this.bill = bill;
		this.keys = keys;
		this.controls = controls;
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
		Wire wire = path.contains("/messages") || request.headers().contains("x-api-key") ? AnthropicWire.INSTANCE
				: OpenAiWire.INSTANCE;
		try {
			route(ctx, request, provider(path, wire), path.replaceFirst("^/[a-z]+/v1/", "/v1/"), wire);
		}
		catch (Refusal ex) {
			write(ctx, ex.status(), "application/json", wire.error(ex.status(), ex.message(), ex.code()), null);
		}
		catch (JacksonException ex) {
			write(ctx, 400, "application/json",
					wire.error(400, "We could not parse the JSON body of your request.", null), null);
		}
	}

	/** The provider whose path it is; on the bare {@code /v1} the wire tells. */
	private static String provider(String path, Wire wire) {
		int slash = path.indexOf('/', 1);
		String first = (slash > 0) ? path.substring(1, slash) : "";
		if (PROVIDERS.contains(first)) {
			return first;
		}
		return (wire instanceof AnthropicWire) ? "anthropic" : "openai";
	}

	private void route(ChannelHandlerContext ctx, FullHttpRequest request, String provider, String path, Wire wire) {
		String key = key(request.headers());
		boolean keyNeeded = !provider.equals("ollama");
		Verdict verdict = keyNeeded ? this.keys.verdict(key) : Verdict.GOOD;
		if (verdict != Verdict.GOOD) {
			refuse(ctx, wire, verdict, key);
			return;
		}
		boolean post = request.method().equals(HttpMethod.POST);
		String said = (post ? "POST " : "GET ") + path;
		switch (said) {
			case "GET /v1/models" -> write(ctx, 200, "application/json", wire.models(), null);
			case "POST /v1/chat/completions" -> {
				Call call = OpenAiWire.INSTANCE.chat(json(request), this.controls.everyCall());
				deliver(ctx, request, provider, call, null);
			}
			case "POST /v1/messages" -> {
				Call call = AnthropicWire.INSTANCE.message(json(request), this.controls.everyCall());
				deliver(ctx, request, provider, call, null);
			}
			case "POST /v1/messages/count_tokens" -> {
				Call call = AnthropicWire.INSTANCE.count(json(request), this.controls.everyCall());
				write(ctx, 200, "application/json", "{\"input_tokens\":" + call.inputTokens() + "}", null);
			}
			case "POST /v1/embeddings" -> {
				JsonNode body = json(request);
				deliver(ctx, request, provider, OpenAiWire.INSTANCE.embeddings(body, this.controls.everyCall()), body);
			}
			default -> throw new Refusal(404, "Unknown request URL: " + said);
		}
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

	private void deliver(ChannelHandlerContext ctx, FullHttpRequest request, String provider, Call asked,
			@Nullable JsonNode embeddings) {
		String requestId = request.headers().get("x-client-request-id");
		Call call = forgiving(asked, (requestId != null) ? requestId : asked.prompt());
		String key = key(request.headers());
		OpenCall open = new OpenCall(this.bill, provider, Answer.to(call), requestId, SimulatedKeys.fingerprint(key));
		Answer answer = open.answer();
		Integer status = call.directives().status();
		if (status != null) {
			open.close(BillRow.Outcome.REFUSED, status);
			fail(ctx, call, status, key);
			return;
		}
		Runnable whenDone = () -> done(ctx);
		Supplier<String> document = (embeddings != null) ? () -> OpenAiWire.INSTANCE.vectors(answer, embeddings)
				: () -> call.wire().whole(answer);
		Delivery delivery = call.streamed() ? new StreamedDelivery(ctx, answer, open, whenDone)
				: new WholeDelivery(ctx, answer, open, document, whenDone);
		this.current = delivery;
		delivery.advance();
	}

	/** The call without its fault when it was tried often enough. */
	private Call forgiving(Call call, String name) {
		int failing = call.directives().attempts();
		boolean fails = failing == 0 || this.controls.attempt(name) <= failing;
		return fails ? call : call.with(call.directives().withoutFaults());
	}

	private static void fail(ChannelHandlerContext ctx, Call call, int status, @Nullable String key) {
		Directives directives = call.directives();
		String retryAfter = (directives.retryAfter() != null) ? Integer.toString(directives.retryAfter()) : null;
		if (directives.html()) {
			write(ctx, status, "text/html", "<html><body><h1>" + status + "</h1></body></html>", retryAfter);
			return;
		}
		String message = "The simulator was told to answer " + status
				+ (directives.echo() ? ". You sent Authorization: Bearer " + key : "");
		String body = directives.emptyBody() ? "" : call.wire().error(status, message, null);
		write(ctx, status, "application/json", body, retryAfter);
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
		JsonNode json = Wire.JSON.readTree(body);
		if (!json.isObject()) {
			throw new Refusal(400, "the body must be a JSON object");
		}
		return json;
	}

	private static void write(ChannelHandlerContext ctx, int status, String type, String body,
			@Nullable String retryAfter) {
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
				HttpResponseStatus.valueOf(status), ByteBufUtil.writeUtf8(ctx.alloc(), body));
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, type)
			.set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
		if (retryAfter != null) {
			response.headers().set(HttpHeaderNames.RETRY_AFTER, retryAfter);
		}
		ctx.writeAndFlush(response);
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
