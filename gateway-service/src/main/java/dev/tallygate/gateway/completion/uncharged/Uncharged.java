package dev.tallygate.gateway.completion.uncharged;

import dev.tallygate.events.CallId;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.answer.AnswerHeaders;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Labels;
import dev.tallygate.gateway.completion.answer.Outcome.Answered;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.ProviderWords;
import dev.tallygate.gateway.completion.answer.RateHeaders;
import dev.tallygate.gateway.completion.answer.Refusals;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.security.problem.TruncatedAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Relays what no provider charges for, so that it needs neither admission nor books.
 */
final class Uncharged {

	private static final int BUFFER_SIZE = 8 * 1024;

	private final UpstreamClient client;

	private final Refusals refusals;

	Uncharged(UpstreamClient client, Refusals refusals) {
		this.client = client;
		this.refusals = refusals;
	}

	/**
	 * What is asked.
	 *
	 * @param callId names the answer
	 * @param wire how the caller talks
	 * @param target where it goes
	 * @param access with which key
	 * @param request what is sent
	 */
	record Errand(CallId callId, Wire wire, Target target, ProviderAccess access, UpstreamRequest request) {

		Labels labels() {
			return new Labels(this.callId, this.target, this.access.credential());
		}

	}

	/** Asks a provider and passes on what it says. */
	Outcome run(Errand errand, CallerResponse response) throws IOException {
		ProviderAccess access = errand.access();
		String provider = errand.target().provider().name();
		Redaction redaction = (access.key() != null) ? access.key().use(Redaction::of) : Redaction.NONE;
		List<AnswerHeaders.Field> limits = RateHeaders.in(response);
		try (UpstreamCall upstream = this.client.open(access.origin())) {
			int status = upstream.exchange(errand.request());
			if (status < 200 || status >= 300) {
				ProviderWords words = ProviderWords.read(upstream, status, access.credential(), redaction, true);
				return this.refusals.of(words, access, provider).closed(errand.labels(), null);
			}
			pass(errand, upstream, status, redaction, response);
			return new Answered();
		}
		catch (UpstreamException ex) {
			if (response.isCommitted()) {
				throw new TruncatedAnswer();
			}
			response.reset();
			AnswerHeaders.write(limits, response);
			return Outcome.Failed.of(Errors.upstream(provider, ex)).closed(errand.labels(), null);
		}
	}

	private static void pass(Errand errand, UpstreamCall upstream, int status, Redaction redaction,
			CallerResponse response) throws IOException {
		response.status(status);
		errand.labels().writeTo(response, errand.wire());
		response.header("Cache-Control", "no-store");
		String contentType = upstream.header("content-type");
		response.contentType((contentType != null && AnswerHeaders.isSafe(contentType, redaction)) ? contentType
				: "application/json");
		AnswerHeaders.write(AnswerHeaders.of(upstream, errand.access().credential(), redaction), response);
		OutputStream out = response.body();
		byte[] buffer = new byte[BUFFER_SIZE];
		// What may be the start of the key waits for the next read.
		int held = 0;
		int count = upstream.read(buffer, 0, buffer.length);
		while (count >= 0) {
			int end = held + count;
			redaction.apply(buffer, 0, end);
			held = redaction.begun(buffer, 0, end);
			out.write(buffer, 0, end - held);
			response.flush();
			System.arraycopy(buffer, end - held, buffer, 0, held);
			count = upstream.read(buffer, held, buffer.length - held);
		}
		out.write(buffer, 0, held);
	}

}
