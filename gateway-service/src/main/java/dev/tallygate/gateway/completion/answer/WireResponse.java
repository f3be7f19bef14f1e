package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.http.CallerResponse;
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
	public static void write(Failed failed, Wire wire, CallerResponse response) throws IOException {
		Labels labels = failed.labels();
		NanoUsd cost = failed.cost();
		if (labels != null) {
			labels.writeTo(response, wire);
			if (cost != null) {
				response.header(Labels.COST, Long.toString(cost.value()));
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
	public static void write(WireError error, Envelope envelope, CallerResponse response) throws IOException {
		prepare(envelope, response);
		describe(error, envelope.statusOf(error), envelope.body(error, idOf(response)), response);
	}

	/** Writes an answer that is no error. */
	public static void write(byte[] json, Envelope envelope, CallerResponse response) throws IOException {
		prepare(envelope, response);
		body(json, response);
	}

	private static void describe(WireError error, int status, byte[] body, CallerResponse response) throws IOException {
		response.status(status);
		if (status == 401) {
			response.header("WWW-Authenticate", "Bearer");
		}
		if (error.retryAfter() != null && response.header("retry-after") == null) {
			response.header("retry-after", RetryAfter.text(error.retryAfter()));
		}
		Boolean should = shouldRetry(error);
		if (should != null && response.header("x-should-retry") == null) {
			response.header("x-should-retry", should.toString());
		}
		body(body, response);
		// Once it is off, the container tells nothing in its own words, which are HTML.
		response.flush();
	}

	/** What is wrong with a request stays wrong. */
	private static @Nullable Boolean shouldRetry(WireError error) {
		boolean stays = error.status() < 500 && error.retryAfter() == null;
		return (error.shouldRetry() == null && stays) ? Boolean.FALSE : error.shouldRetry();
	}

	private static void body(byte[] json, CallerResponse response) throws IOException {
		response.contentType("application/json");
		response.contentLength(json.length);
		response.body().write(json);
	}

	private static String idOf(CallerResponse response) {
		return String.valueOf(response.header("x-request-id"));
	}

	private static void prepare(Envelope envelope, CallerResponse response) {
		response.header("Cache-Control", "no-store");
		response.header("X-Content-Type-Options", "nosniff");
		if (response.header("x-request-id") == null) {
			String id = UuidV7.next().toString();
			envelope.idHeaders().forEach((name) -> response.header(name, id));
		}
	}

}
