package dev.tallygate.gateway.completion.relay;

import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.completion.answer.AnswerHeaders;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.OwnFault;
import dev.tallygate.gateway.completion.answer.ProviderWords;
import dev.tallygate.gateway.completion.relay.AnswerRelay.Streaming;
import dev.tallygate.gateway.completion.running.ClientGoneException;
import dev.tallygate.gateway.completion.running.ClientStream;
import dev.tallygate.gateway.completion.uncharged.KeptResponses;
import dev.tallygate.gateway.dialect.AnswerStream;
import dev.tallygate.gateway.dialect.EventTooLargeException;
import dev.tallygate.gateway.dialect.InBandError;
import dev.tallygate.gateway.dialect.StreamReader;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.usage.OpenCall.Progress;
import dev.tallygate.pricing.Usage;
import dev.tallygate.security.problem.TruncatedAnswer;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One streamed answer on its way to the caller, from its head to its end in the books.
 */
final class StreamedAnswer {

	/**
	 * More than a provider mostly sends at once, and small enough for thousands of
	 * streams.
	 */
	private static final int BUFFER_SIZE = 4 * 1024;

	private final Leg leg;

	private final UpstreamCall upstream;

	private final StreamReader reader;

	private final AnswerStream answer;

	private final ClientStream client;

	private final Streaming streaming;

	/** How the caller's limits stand, which is told in any case. */
	private final List<AnswerHeaders.Field> limits;

	/** Whether it is noted who has the response. */
	private boolean kept;

	/** Whether it is noted how large it is. */
	private boolean sized;

	/**
	 * How it went, once its last event has gone out: the end of a whole answer, or the
	 * provider's word that it failed. OpenAI's SDKs hang up at either, and what is
	 * written after it finds nobody.
	 */
	private @Nullable Course told;

	/**
	 * A stream of which the head has come.
	 * @param reader notes what the events tell
	 * @param answer cuts what comes into events
	 * @param limits how the caller's limits stand
	 */
	StreamedAnswer(Leg leg, UpstreamCall upstream, StreamReader reader, AnswerStream answer,
			List<AnswerHeaders.Field> limits, Streaming streaming) {
		this.limits = limits;
		this.leg = leg;
		this.upstream = upstream;
		this.reader = reader;
		this.answer = answer;
		this.client = new ClientStream(leg.response(), leg.target().provider().drains());
		this.streaming = streaming;
	}

	/** How the stream went. */
	private sealed interface Course {

		/** What the books call it. */
		Status status();

	}

	/** All of it came and was passed on. */
	private record Whole() implements Course {

		@Override
		public Status status() {
			return Status.COMPLETED;
		}

	}

	/** The caller is gone, however it went on. */
	private record Left() implements Course {

		@Override
		public Status status() {
			return Status.CLIENT_DISCONNECTED;
		}

	}

	/** The provider said itself that it failed, and the caller has read it. */
	private record SaidSo() implements Course {

		@Override
		public Status status() {
			return Status.INTERRUPTED;
		}

	}

	/**
	 * It broke off, and the caller does not know yet.
	 *
	 * @param error what to say
	 */
	private record Broke(WireError error) implements Course {

		@Override
		public Status status() {
			return Status.INTERRUPTED;
		}

	}

	/** Passes on what comes until nothing does, and closes the call. */
	AnswerRelay.Result relay() throws IOException {
		this.leg.in().running().streaming(this.client, this.streaming.watch().now());
		Course pumped;
		try (this.answer) {
			pumped = pump();
		}
		finally {
			this.client.close();
		}
		Course course = !this.client.isGone() ? pumped : (this.told != null) ? this.told : new Left();
		if (this.answer.refusal() != null) {
			begunAnew();
			ProviderWords words = ProviderWords.of(this.answer.refusal(), this.upstream, this.leg.access().credential(),
					this.leg.redaction());
			return AnswerRelay.refused(this.leg, words, this.reader.usage(), this.reader.delivered());
		}
		if (!this.answer.begun() && !(course instanceof Left)) {
			begunAnew();
			return new AnswerRelay.Broken(
					(course instanceof Broke(WireError error)) ? error : Errors.endedEarly(this.leg.provider()));
		}
		return end(course);
	}

	/** Nothing of a stream that was none stays but how the caller's limits stand. */
	private void begunAnew() {
		this.leg.response().reset();
		AnswerHeaders.write(this.limits, this.leg.response());
	}

	private Course pump() throws IOException {
		try {
			return copy();
		}
		catch (ClientGoneException ex) {
			this.upstream.abort();
			return new Left();
		}
		catch (EventTooLargeException ex) {
			this.upstream.abort();
			return new Broke(ex.noRoom() ? Errors.noRoomForAnswer(this.leg.provider())
					: Errors.tooLargeEvent(this.leg.provider(), this.streaming.maxEvent()));
		}
		catch (UpstreamException ex) {
			if (this.reader.failure() != null) {
				return new SaidSo();
			}
			return this.reader.closed() ? new Whole() : new Broke(AnswerRelay.reasonFor(this.leg, ex));
		}
		catch (RuntimeException | Error ex) {
			this.upstream.abort();
			if (!this.leg.response().isCommitted()) {
				throw ex;
			}
			// Who has read something is told as of any other fault.
			OwnFault.log(ex);
			this.answer.tear();
			return new Broke(Errors.INTERNAL);
		}
	}

	private Course copy() throws IOException {
		byte[] buffer = new byte[BUFFER_SIZE];
		int count = this.upstream.read(buffer, 0, buffer.length);
		while (count >= 0) {
			int length = count;
			this.client.send(() -> this.answer.feed(buffer, 0, length, this.client::write));
			if (this.told == null && !this.client.isGone()) {
				this.told = lastEvent();
			}
			keep();
			this.leg.in().running().eventSent(this.streaming.watch().now());
			Progress progress = this.leg.books().delivered(this.reader.delivered().roughTokens());
			if (progress instanceof Progress.Reached(var limit) && !this.reader.finished()) {
				this.upstream.abort();
				WireError why = Errors.refused(limit, this.leg.in().wire());
				// One that the provider makes in the background is cancelled there.
				this.leg.in().running().cut(why);
				return new Broke(why);
			}
			if (this.answer.begun() && this.answer.refusal() == null) {
				this.leg.letGo(this.upstream);
			}
			count = this.upstream.read(buffer, 0, buffer.length);
		}
		this.client.send(() -> this.answer.end(this.client::write));
		if (this.reader.failure() != null) {
			return new SaidSo();
		}
		return this.reader.finished() ? new Whole() : new Broke(Errors.endedEarly(this.leg.provider()));
	}

	/** What the last event told; null while it has not come. */
	private @Nullable Course lastEvent() {
		return (this.reader.failure() != null) ? new SaidSo() : this.reader.closed() ? new Whole() : null;
	}

	/**
	 * Notes whose the response is as soon as it has a name, and how large it is as soon
	 * as all of it came: the caller may go on from it at once.
	 */
	private void keep() {
		Long tokens = (this.told instanceof Whole && !this.sized) ? Books.total(this.reader.usage()) : null;
		if (!this.kept || tokens != null) {
			keep(tokens, (tokens != null) ? output() : null);
		}
	}

	private @Nullable Long output() {
		Usage usage = this.reader.usage();
		return (usage != null) ? usage.outputTokens() : null;
	}

	private void keep(@Nullable Long tokens, @Nullable Long outputTokens) {
		String name = this.reader.keptAs();
		if (name != null) {
			this.kept = true;
			this.sized = tokens != null;
			this.streaming.homes()
				.keepSoon(this.leg.in().caller().userId(), this.leg.target(), name, this.reader.finished()
						? new KeptResponses.Made(tokens, outputTokens, this.reader.items()) : KeptResponses.Made.BEGUN);
		}
	}

	private AnswerRelay.Result end(Course course) throws IOException {
		InBandError failure = this.reader.failure();
		if (failure != null) {
			this.streaming.refusals().heard(failure.status(), this.leg.access(), this.leg.provider());
		}
		String name = this.reader.keptAs();
		if (name != null && this.leg.exchange().outlivesCaller()
				&& (course instanceof Left || course instanceof Broke)) {
			if (course instanceof Broke(WireError error)) {
				letGo(error);
			}
			return new AnswerRelay.Unfinished(
					new Outcome.Unfinished(name, course.status(), this.reader.usage(), this.reader.delivered()));
		}
		this.leg.books().ended(course.status(), this.reader.usage(), this.reader.delivered());
		if (this.reader.finished() && !this.sized) {
			keep(this.leg.books().carried(), this.leg.books().carriedOutput());
		}
		switch (course) {
			case Whole _, Left _ -> {
				// nothing is left to say
			}
			case SaidSo _ -> breakOff();
			case Broke(WireError error) -> {
				this.client.send(() -> this.answer.fail(error, this.client::write));
				breakOff();
			}
		}
		return new AnswerRelay.Relayed();
	}

	/**
	 * Tells the caller that the stream broke. What becomes of the response may take long,
	 * and nobody is kept waiting for it.
	 */
	private void letGo(WireError error) {
		try {
			this.client.send(() -> this.answer.fail(error, this.client::write));
			this.leg.response().body().close();
		}
		catch (IOException ex) {
			// gone by now, which changes nothing in the books
		}
	}

	/**
	 * Where a proper end would be taken for the end of a whole answer. It breaks a moment
	 * after the error was sent: some clients throw away what they have not read by then,
	 * and send again what cannot help.
	 */
	private void breakOff() throws IOException {
		if (this.reader.breaks()) {
			if (!this.client.isGone()) {
				leaveTimeToRead();
			}
			throw new TruncatedAnswer();
		}
	}

	private void leaveTimeToRead() {
		try {
			Thread.sleep(this.streaming.lastWords());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
