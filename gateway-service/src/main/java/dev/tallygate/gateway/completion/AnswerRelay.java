package dev.tallygate.gateway.completion;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.dialect.AnswerStream;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.EventTooLargeException;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.dialect.WholeAnswer;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.pricing.Usage;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.coyote.CloseNowException;
import org.jspecify.annotations.Nullable;

/**
 * Brings one provider's answer to the caller and closes the call with what it says.
 */
final class AnswerRelay {

	/** As much as a provider sends at once, and small enough for thousands of streams. */
	private static final int BUFFER_SIZE = 8 * 1024;

	private final Watch watch;

	private final Tokenizer tokenizer;

	private final AnswerRoom room;

	private final KeptResponses homes;

	private final int maxEvent;

	AnswerRelay(Watch watch, Tokenizer tokenizer, KeptResponses homes, UpstreamProperties limits) {
		this.watch = watch;
		this.tokenizer = tokenizer;
		this.homes = homes;
		this.room = new AnswerRoom(limits.maxAnswers().toBytes(), (int) limits.maxAnswer().toBytes());
		this.maxEvent = (int) limits.maxEvent().toBytes();
	}

	/** What became of an answer whose head has come. */
	sealed interface Relay {

	}

	/** The caller was answered and the call is closed. */
	record Relayed() implements Relay {

	}

	/**
	 * The answer cannot be used and the caller was told nothing yet. The call is closed
	 * unless the answer had not begun.
	 *
	 * @param error what to say
	 */
	record Broken(WireError error) implements Relay {

	}

	/**
	 * What came is an error in spite of its status, and the call is not closed.
	 *
	 * @param words the provider's
	 */
	record Refused(ProviderWords words) implements Relay {

	}

	/**
	 * The caller was answered, but the provider is still making the response, and the
	 * call is not closed.
	 *
	 * @param id the response
	 */
	record Unfinished(String id) implements Relay {

	}

	/** Relays the answer whose head has come. */
	Relay relay(Leg leg, UpstreamCall upstream, int status) throws IOException {
		String contentType = upstream.header("content-type");
		if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
			return stream(leg, upstream, status, contentType);
		}
		return whole(leg, upstream, status, (contentType != null) ? contentType : "application/json");
	}

	private Relay whole(Leg leg, UpstreamCall upstream, int status, String contentType) throws IOException {
		try (AnswerRoom.Held held = this.room.read(upstream)) {
			return whole(leg, upstream, held, status, contentType);
		}
		catch (AnswerRoom.NoRoomException ex) {
			return interrupted(leg, null, new DeliveredText(),
					ex.tooLarge() ? Errors.tooLargeAnswer(leg.provider()) : Errors.noRoomForAnswer(leg.provider()));
		}
		catch (UpstreamException ex) {
			return interrupted(leg, null, new DeliveredText(), reasonFor(leg, ex));
		}
	}

	private Relay whole(Leg leg, UpstreamCall upstream, AnswerRoom.Held held, int status, String contentType)
			throws IOException {
		WholeAnswer answer = leg.exchange().whole(held.bytes(), held.length(), leg.reading(this.tokenizer));
		InBandError failure = answer.failure();
		if (failure != null) {
			return new Refused(ProviderWords.of(failure, upstream, leg.access().credential(), leg.redaction()));
		}
		if (!answer.readable()) {
			return interrupted(leg, answer.usage(), answer.delivered(), Errors.unreadableAnswer(leg.provider()));
		}
		leg.redaction().apply(answer.body(), 0, answer.length());
		this.homes.keep(leg, answer.keptAs());
		String unfinished = answer.unfinished() ? answer.keptAs() : null;
		if (unfinished == null) {
			leg.books().ended(Status.COMPLETED, answer.usage(), answer.delivered());
		}
		head(leg, upstream, status, contentType);
		HttpServletResponse response = leg.response();
		NanoUsd cost = leg.books().cost();
		if (unfinished != null) {
			// The next call would wait on this connection until the response is made.
			response.setHeader("Connection", "close");
		}
		else if (cost != null) {
			response.setHeader(Labels.COST, Long.toString(cost.value()));
		}
		response.setContentLength(answer.length());
		response.getOutputStream().write(answer.body(), 0, answer.length());
		if (unfinished != null) {
			response.flushBuffer();
			return new Unfinished(unfinished);
		}
		return new Relayed();
	}

	private static Broken interrupted(Leg leg, @Nullable Usage usage, DeliveredText delivered, WireError error) {
		leg.books().ended(Status.INTERRUPTED, usage, delivered);
		return new Broken(Errors.charged(error));
	}

	private Relay stream(Leg leg, UpstreamCall upstream, int status, String contentType) throws IOException {
		StreamReader reader = leg.exchange().stream(leg.reading(this.tokenizer));
		AnswerStream answer = new AnswerStream(reader, leg.redaction(), this.maxEvent, this.room);
		ClientStream client = new ClientStream(leg.response(), leg.target().provider().drains());
		head(leg, upstream, status, contentType);
		leg.response().setHeader("X-Accel-Buffering", "no");
		leg.in().running().streaming(client, this.watch.now());
		WireError broken;
		try (answer) {
			broken = pump(leg, upstream, answer, reader, client);
		}
		client.close();
		if (answer.refusal() != null) {
			leg.response().reset();
			return new Refused(
					ProviderWords.of(answer.refusal(), upstream, leg.access().credential(), leg.redaction()));
		}
		if (!answer.begun() && !client.isGone()) {
			leg.response().reset();
			return new Broken((broken != null) ? broken : Errors.endedEarly(leg.provider()));
		}
		return finish(leg, answer, reader, client, broken);
	}

	/**
	 * Passes on what comes until nothing does.
	 * @return why the answer is not whole; null when it is, or when the provider said so
	 * itself
	 */
	private @Nullable WireError pump(Leg leg, UpstreamCall upstream, AnswerStream answer, StreamReader reader,
			ClientStream client) throws IOException {
		try {
			copy(leg, upstream, answer, reader, client);
			return (reader.finished() || reader.failure() != null) ? null : Errors.endedEarly(leg.provider());
		}
		catch (ClientGoneException ex) {
			upstream.abort();
			return null;
		}
		catch (UpstreamException ex) {
			boolean told = reader.closed() || reader.failure() != null;
			return (client.isGone() || told) ? null : reasonFor(leg, ex);
		}
		catch (LimitReached ex) {
			upstream.abort();
			return ex.error;
		}
		catch (EventTooLargeException ex) {
			upstream.abort();
			return Errors.tooLargeEvent(leg.provider(), this.maxEvent);
		}
	}

	private void copy(Leg leg, UpstreamCall upstream, AnswerStream answer, StreamReader reader, ClientStream client)
			throws IOException {
		byte[] buffer = new byte[BUFFER_SIZE];
		boolean kept = false;
		int count = upstream.read(buffer, 0, buffer.length);
		while (count >= 0) {
			int length = count;
			client.send(() -> answer.feed(buffer, 0, length, client::write));
			if (!kept && reader.keptAs() != null) {
				kept = true;
				this.homes.keepSoon(leg, reader.keptAs());
			}
			leg.in().running().eventSent(this.watch.now());
			Refusal cut = leg.books().delivered(reader.delivered().roughTokens());
			if (cut != null && !reader.finished()) {
				throw new LimitReached(Errors.refused(cut));
			}
			if (answer.begun() && answer.refusal() == null) {
				leg.letGo(upstream);
			}
			count = upstream.read(buffer, 0, buffer.length);
		}
		client.send(() -> answer.end(client::write));
	}

	private Relay finish(Leg leg, AnswerStream answer, StreamReader reader, ClientStream client,
			@Nullable WireError broken) throws IOException {
		String kept = reader.keptAs();
		if (client.isGone() && kept != null && leg.exchange().outlivesCaller()) {
			return new Unfinished(kept);
		}
		boolean failed = broken != null || reader.failure() != null;
		Status how = client.isGone() ? Status.CLIENT_DISCONNECTED : failed ? Status.INTERRUPTED : Status.COMPLETED;
		leg.books().ended(how, reader.usage(), reader.delivered());
		if (client.isGone() || !failed) {
			return new Relayed();
		}
		if (broken != null) {
			client.send(() -> answer.fail(broken, client::write));
		}
		if (reader.breaks()) {
			throw new TruncatedAnswer();
		}
		return new Relayed();
	}

	private static void head(Leg leg, UpstreamCall upstream, int status, String contentType) {
		HttpServletResponse response = leg.response();
		response.setStatus(status);
		leg.labels().writeTo(response, leg.in().wire());
		response.setHeader("Cache-Control", "no-store");
		List<String> leftOut = leg.exchange().leftOut();
		if (!leftOut.isEmpty()) {
			response.setHeader("x-tallygate-left-out", String.join(", ", leftOut));
		}
		if (AnswerHeaders.isSafe(contentType, leg.redaction())) {
			response.setContentType(contentType);
		}
		AnswerHeaders.write(AnswerHeaders.of(upstream, leg.access().credential(), leg.redaction()), response);
	}

	private static WireError reasonFor(Leg leg, UpstreamException ex) {
		WireError cut = leg.in().running().cutReason();
		return (cut != null) ? cut : Errors.upstream(leg.provider(), ex);
	}

	/** A limit of the caller's ends the answer. */
	private static final class LimitReached extends IOException {

		private static final long serialVersionUID = 1L;

		private final transient WireError error;

		LimitReached(WireError error) {
			super(error.message(), null);
			this.error = error;
		}

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
