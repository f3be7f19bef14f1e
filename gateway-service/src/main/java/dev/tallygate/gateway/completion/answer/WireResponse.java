package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes answers of our own to callers of the wires.
 */
public final class WireResponse {

	private static final int BAD_GATEWAY = 502;

	private WireResponse() {
	}

	/** Writes why a call failed, in the provider's words where those are its wire's. */
	public static void write(Failed failed, Wire wire, HttpServletResponse response) throws IOException {
		Labels labels = failed.labels();
		NanoUsd cost = failed.cost();
		if (labels != null) {
			labels.writeTo(response, wire);
			if (cost != null) {
				response.setHeader(Labels.COST, Long.toString(cost.value()));
			}
		}
		ProviderWords words = failed.words();
		if (words == null) {
			write(failed.error(), wire.envelope(), response);
			return;
		}
		AnswerHeaders.write(words.headers(), response);
		byte[] body = words.body();
		// Of what is our own code and type, 502, a provider has nothing to say.
		if (body != null && words.status() != BAD_GATEWAY
				&& wire.envelope().statusOf(failed.error()) == words.status()) {
			prepare(wire.envelope(), response);
			describe(failed.error(), words.status(), body, response);
		}
		else {
			write(failed.error(), wire.envelope(), response);
		}
	}

	/** Writes an error in a wire's envelope. */
	public static void write(WireError error, Envelope envelope, HttpServletResponse response) throws IOException {
		prepare(envelope, response);
		describe(error, envelope.statusOf(error), envelope.body(error, idOf(response)), response);
	}

	/** Writes an answer that is no error. */
	public static void write(byte[] json, Envelope envelope, HttpServletResponse response) throws IOException {
		prepare(envelope, response);
		body(json, response);
	}

	private static void describe(WireError error, int status, byte[] body, HttpServletResponse response)
			throws IOException {
		response.setStatus(status);
		if (status == 401) {
			response.setHeader("WWW-Authenticate", "Bearer");
		}
		if (error.retryAfter() != null && response.getHeader("retry-after") == null) {
			response.setHeader("retry-after", RetryAfter.text(error.retryAfter()));
		}
		Boolean should = shouldRetry(error);
		if (should != null && response.getHeader("x-should-retry") == null) {
			response.setHeader("x-should-retry", should.toString());
		}
		body(body, response);
		// Once it is off, the container tells nothing in its own words, which are HTML.
		response.flushBuffer();
	}

	/** What is wrong with a request stays wrong. */
	private static @Nullable Boolean shouldRetry(WireError error) {
		boolean stays = error.status() < 500 && error.retryAfter() == null;
		return (error.shouldRetry() == null && stays) ? Boolean.FALSE : error.shouldRetry();
	}

	private static void body(byte[] json, HttpServletResponse response) throws IOException {
		response.setContentType("application/json");
		response.setContentLength(json.length);
		response.getOutputStream().write(json);
	}

	private static String idOf(HttpServletResponse response) {
		return String.valueOf(response.getHeader("x-request-id"));
	}

	private static void prepare(Envelope envelope, HttpServletResponse response) {
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Content-Type-Options", "nosniff");
		if (response.getHeader("x-request-id") == null) {
			String id = UuidV7.next().toString();
			envelope.idHeaders().forEach((name) -> response.setHeader(name, id));
		}
	}

}
