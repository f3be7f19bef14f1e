package dev.tallygate.gateway.completion.relay;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.completion.answer.AnswerHeaders;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Labels;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.ProviderWords;
import dev.tallygate.gateway.completion.answer.RateHeaders;
import dev.tallygate.gateway.completion.answer.Refusals;
import dev.tallygate.gateway.completion.uncharged.KeptResponses;
import dev.tallygate.gateway.dialect.AnswerStream;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WholeAnswer;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.gateway.provider.AnswerRoom;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamProperties;
import dev.tallygate.gateway.provider.Watch;
import dev.tallygate.pricing.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one provider's answer to the caller and closes the call with what it says.
 */
final class AnswerRelay {

	private static final Logger logger = LoggerFactory.getLogger(AnswerRelay.class);

	private final AnswerRoom room;

	private final KeptResponses homes;

	private final Streaming streaming;

	AnswerRelay(Watch watch, KeptResponses homes, AnswerRoom room, Refusals refusals, UpstreamProperties limits,
			Duration lastWords) {
		this.room = room;
		this.homes = homes;
		this.streaming = new Streaming(watch, homes, refusals, (int) limits.maxEvent().toBytes(), lastWords);
	}

	/**
	 * What all streams have in common.
	 *
	 * @param homes notes who has a response
	 * @param refusals hears of a key that is rejected inside a stream
	 * @param maxEvent the largest event accepted, in bytes
	 * @param lastWords how long a caller has to read why a stream broke
	 */
	record Streaming(Watch watch, KeptResponses homes, Refusals refusals, int maxEvent, Duration lastWords) {

	}

	/** What became of an answer whose head has come. */
	sealed interface Result {

	}

	/** The caller was answered and the call is closed. */
	record Relayed() implements Result {

	}

	/**
	 * The answer cannot be used and the caller was told nothing yet. The call is closed
	 * unless the answer had not begun.
	 *
	 * @param error what to say
	 */
	record Broken(WireError error) implements Result {

	}

	/**
	 * What came is an error in spite of its status, and the call is not closed.
	 *
	 * @param words the provider's
	 */
	record Refused(ProviderWords words) implements Result {

	}

	/**
	 * What came is an error in spite of its status, and is billed. The call is closed.
	 *
	 * @param words the provider's
	 */
	record Billed(ProviderWords words) implements Result {

	}

	/**
	 * The caller was answered, but the provider is still making the response, and the
	 * call is not closed.
	 *
	 * @param response what is known of it
	 */
	record Unfinished(Outcome.Unfinished response) implements Result {

	}

	/** Relays the answer whose head has come: event by event, or in one piece. */
	Result relay(Leg leg, UpstreamCall upstream, int status) throws IOException {
		String contentType = upstream.header("content-type");
		if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("text/event-stream")) {
			return whole(leg, upstream, status, (contentType != null) ? contentType : "application/json");
		}
		StreamReader reader = leg.exchange().stream(leg.reading(this.room));
		AnswerStream answer = new AnswerStream(reader, leg.redaction(), this.streaming.maxEvent(), this.room);
		List<AnswerHeaders.Field> limits = RateHeaders.in(leg.response());
		head(leg, upstream, status, contentType);
		leg.response().header("X-Accel-Buffering", "no");
		if (leg.exchange().outlivesCaller()) {
			closeAfter(leg);
		}
		return new StreamedAnswer(leg, upstream, reader, answer, limits, this.streaming).relay();
	}

	private Result whole(Leg leg, UpstreamCall upstream, int status, String contentType) throws IOException {
		try (AnswerRoom.Held held = this.room.read(upstream)) {
			WholeAnswer answer = leg.exchange().whole(held.bytes(), held.length(), leg.reading());
			InBandError failure = answer.failure();
			if (failure != null) {
				ProviderWords words = ProviderWords.of(failure, upstream, leg.access().credential(), leg.redaction());
				return refused(leg, words, answer.usage(), answer.delivered());
			}
			if (!answer.readable()) {
				return interrupted(leg, answer.usage(), answer.delivered(), Errors.unreadableAnswer(leg.provider()));
			}
			leg.redaction().apply(answer.body(), 0, answer.length());
			String name = answer.keptAs();
			head(leg, upstream, status, contentType);
			return (answer.unfinished() && name != null) ? unfinished(leg, answer, name) : complete(leg, answer);
		}
		catch (AnswerRoom.NoRoomException ex) {
			return interrupted(leg, null, new DeliveredText(),
					ex.tooLarge() ? Errors.tooLargeAnswer(leg.provider()) : Errors.noRoomForAnswer(leg.provider()));
		}
		catch (UpstreamException ex) {
			return interrupted(leg, null, new DeliveredText(), reasonFor(leg, ex));
		}
	}

	/**
	 * What failed is billed all the same where it is reported to have taken something.
	 */
	static Result refused(Leg leg, ProviderWords words, @Nullable Usage usage, DeliveredText delivered) {
		if (!Books.anything(usage)) {
			return new Refused(words);
		}
		leg.books().ended(Status.INTERRUPTED, usage, delivered);
		return new Billed(words);
	}

	private static Broken interrupted(Leg leg, @Nullable Usage usage, DeliveredText delivered, WireError error) {
		leg.books().ended(Status.INTERRUPTED, usage, delivered);
		return new Broken(Errors.charged(error));
	}

	private Relayed complete(Leg leg, WholeAnswer answer) throws IOException {
		leg.books().ended(Status.COMPLETED, answer.usage(), answer.delivered());
		String name = answer.keptAs();
		if (name != null) {
			this.homes.keep(leg.in().caller().userId(), leg.target(), name,
					new KeptResponses.Made(leg.books().carried(), leg.books().carriedOutput(), answer.items()));
		}
		NanoUsd cost = leg.books().cost();
		if (cost != null) {
			leg.response().header(Labels.COST, Long.toString(cost.value()));
		}
		write(answer, leg.response());
		return new Relayed();
	}

	private Unfinished unfinished(Leg leg, WholeAnswer answer, String name) {
		this.homes.keep(leg.in().caller().userId(), leg.target(), name, KeptResponses.Made.BEGUN);
		closeAfter(leg);
		try {
			write(answer, leg.response());
			leg.response().flush();
		}
		catch (IOException ex) {
			// The provider makes and bills it, whether its caller knows of it or not.
			logger.debug("A response in the background was begun, and its caller is gone: {}", ex.getMessage());
		}
		return new Unfinished(
				new Outcome.Unfinished(name, Status.CLIENT_DISCONNECTED, answer.usage(), new DeliveredText()));
	}

	/** The next call would wait on this connection until the response is made. */
	private static void closeAfter(Leg leg) {
		leg.response().header("Connection", "close");
	}

	private static void write(WholeAnswer answer, CallerResponse response) throws IOException {
		response.contentLength(answer.length());
		response.body().write(answer.body(), 0, answer.length());
	}

	private static void head(Leg leg, UpstreamCall upstream, int status, String contentType) {
		CallerResponse response = leg.response();
		response.status(status);
		leg.labels().writeTo(response, leg.in().wire());
		response.header("Cache-Control", "no-store");
		List<String> leftOut = leg.exchange().leftOut();
		if (!leftOut.isEmpty()) {
			response.header("x-tallygate-left-out", String.join(", ", leftOut));
		}
		if (AnswerHeaders.isSafe(contentType, leg.redaction())) {
			response.contentType(contentType);
		}
		AnswerHeaders.write(AnswerHeaders.of(upstream, leg.access().credential(), leg.redaction()), response);
	}

	/** Why a provider's answer broke off: mostly because somebody cut the call. */
	static WireError reasonFor(Leg leg, UpstreamException ex) {
		WireError cut = leg.in().running().cutReason();
		return (cut != null) ? cut : Errors.upstream(leg.provider(), ex);
	}

}
