package dev.tallygate.gateway.completion;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.EventTooLargeException;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.dialect.openai.ChatAnswer;
import dev.tallygate.gateway.dialect.openai.ChatStream;
import dev.tallygate.gateway.pricing.TokenCounts;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.usage.OpenCall;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.coyote.CloseNowException;
import org.jspecify.annotations.Nullable;

/**
 * Brings one provider's answer to the caller and closes the call with what it says.
 */
final class AnswerRelay {

	/** As much as a provider sends at once, and small enough for thousands of streams. */
	private static final int BUFFER_SIZE = 8 * 1024;

	private final Relays relays;

	private final ChatCall chat;

	private final ProviderAccess access;

	private final OpenCall call;

	private final Books books;

	private final Labels labels;

	private final HttpServletResponse response;

	private final boolean withhold;

	AnswerRelay(Relays relays, ChatCall chat, ProviderAccess access, OpenCall call, Books books, Labels labels,
			boolean usageInjected) {
		this.relays = relays;
		this.chat = chat;
		this.access = access;
		this.call = call;
		this.books = books;
		this.labels = labels;
		this.response = chat.response();
		this.withhold = usageInjected && !chat.request().usageAsked();
	}

	/**
	 * Relays the answer whose head has come.
	 * @return null when the caller was answered, else why not; the call is closed in both
	 * cases
	 */
	@Nullable Failure relay(UpstreamCall upstream, int status, Redaction redaction) throws IOException {
		String contentType = upstream.header("content-type");
		if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
			return stream(upstream, status, contentType, redaction);
		}
		return whole(upstream, status, contentType, redaction);
	}

	private @Nullable Failure whole(UpstreamCall upstream, int status, @Nullable String contentType,
			Redaction redaction) throws IOException {
		byte[] body = new byte[BUFFER_SIZE];
		int length = 0;
		try {
			int count = upstream.read(body, 0, body.length);
			while (count >= 0) {
				length += count;
				if (length > this.relays.upstream().maxAnswer().toBytes()) {
					return interrupted(Errors.providerStatus(providerName(), status));
				}
				if (length == body.length) {
					body = Arrays.copyOf(body, length * 2);
				}
				count = upstream.read(body, length, body.length - length);
			}
		}
		catch (UpstreamException ex) {
			return interrupted(reasonFor(ex));
		}
		ChatAnswer answer = ChatAnswer.read(body, length, this.relays.tokenizer());
		redaction.apply(body, 0, length);
		TokenCounts counts = this.books.ended(Status.COMPLETED, answer.usage(),
				(answer.usage() == null) ? textOf(answer, body, length) : answer.delivered());
		head(upstream, status, (contentType != null) ? contentType : "application/json", redaction);
		NanoUsd cost = this.call.costOf(counts);
		if (cost != null) {
			this.response.setHeader("x-tallygate-cost-nanos", Long.toString(cost.value()));
		}
		this.response.setContentLength(length);
		this.response.getOutputStream().write(body, 0, length);
		return null;
	}

	/** An answer in which no text can be found is counted as it is. */
	private DeliveredText textOf(ChatAnswer answer, byte[] body, int length) {
		if (answer.delivered().roughTokens() > 0 || length == 0) {
			return answer.delivered();
		}
		DeliveredText all = new DeliveredText();
		byte[] text = new String(body, 0, length, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
		all.add(text, 0, text.length, this.relays.tokenizer());
		return all;
	}

	private Failure interrupted(WireError error) {
		this.books.ended(Status.INTERRUPTED, null, new DeliveredText());
		return Failure.of(error);
	}

	private @Nullable Failure stream(UpstreamCall upstream, int status, String contentType, Redaction redaction)
			throws IOException {
		ChatStream stream = new ChatStream(this.withhold, redaction, this.relays.tokenizer(),
				(int) this.relays.upstream().maxEvent().toBytes());
		ClientStream client = new ClientStream(this.response);
		head(upstream, status, contentType, redaction);
		this.response.setHeader("X-Accel-Buffering", "no");
		RunningCall running = this.chat.running();
		running.streaming(client, this.relays.watch().now());
		WireError broken = null;
		try {
			pump(upstream, stream, client, running);
			broken = stream.finished() ? null
					: WireError.of(502, "provider_error", providerName() + " ended the answer too early.");
		}
		catch (ClientGoneException ex) {
			upstream.abort();
		}
		catch (UpstreamException ex) {
			broken = client.isGone() ? null : reasonFor(ex);
		}
		catch (EventTooLargeException ex) {
			upstream.abort();
			broken = WireError.of(502, "provider_error", providerName() + " sent an event without an end.");
		}
		return finish(stream, client, broken);
	}

	private void pump(UpstreamCall upstream, ChatStream stream, ClientStream client, RunningCall running)
			throws IOException {
		byte[] buffer = new byte[BUFFER_SIZE];
		int count = upstream.read(buffer, 0, buffer.length);
		while (count >= 0) {
			int length = count;
			client.send(() -> stream.feed(buffer, 0, length, client::write));
			running.eventSent(this.relays.watch().now());
			this.call.delivered(stream.delivered().roughTokens());
			count = upstream.read(buffer, 0, buffer.length);
		}
		client.send(() -> stream.end(client::write));
	}

	private @Nullable Failure finish(ChatStream stream, ClientStream client, @Nullable WireError broken)
			throws IOException {
		Status how = Status.COMPLETED;
		if (client.isGone()) {
			how = Status.CLIENT_DISCONNECTED;
		}
		else if (broken != null || stream.failed()) {
			how = Status.INTERRUPTED;
		}
		this.books.ended(how, stream.usage(), stream.delivered());
		if (broken == null || client.isGone()) {
			client.close();
			return null;
		}
		if (!this.response.isCommitted()) {
			client.close();
			this.response.reset();
			return Failure.of(broken);
		}
		byte[] event = OpenAiEnvelope.event(broken);
		client.send(() -> client.write(event, 0, event.length));
		client.close();
		throw new TruncatedAnswer();
	}

	private void head(UpstreamCall upstream, int status, String contentType, Redaction redaction) {
		this.response.setStatus(status);
		this.labels.writeTo(this.response);
		this.response.setHeader("Cache-Control", "no-store");
		if (AnswerHeaders.isSafe(contentType, redaction)) {
			this.response.setContentType(contentType);
		}
		AnswerHeaders.write(AnswerHeaders.of(upstream, this.access.credential(), redaction), this.response);
	}

	private WireError reasonFor(UpstreamException ex) {
		WireError cut = this.chat.running().cutReason();
		return (cut != null) ? cut : Errors.upstream(providerName(), ex);
	}

	private String providerName() {
		return this.labels.target().provider().name();
	}

	/**
	 * Thrown through the container so that it ends the answer without the final chunk: a
	 * caller that does not look at events still sees that the answer is not whole.
	 */
	static final class TruncatedAnswer extends CloseNowException {

		private static final long serialVersionUID = 1L;

		TruncatedAnswer() {
			super("the answer was cut");
		}

	}

}
