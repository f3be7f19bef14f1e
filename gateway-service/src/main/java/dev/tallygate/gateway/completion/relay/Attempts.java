package dev.tallygate.gateway.completion.relay;

import dev.tallygate.events.UsageSettled.Status;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.Outcome.Again;
import dev.tallygate.gateway.completion.answer.Outcome.Answered;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.completion.answer.ProviderWords;
import dev.tallygate.gateway.completion.answer.Refusals;
import dev.tallygate.gateway.dialect.DeliveredText;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.Breakers.Permission;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamClient;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamException.Kind;
import dev.tallygate.gateway.usage.ModelLabels;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes an opened call at its target: once, once more where that harms nobody, and closes
 * it in the books in every case.
 */
final class Attempts {

	private static final long MIN_PAUSE_MILLIS = 50;

	private static final long MAX_PAUSE_MILLIS = 150;

	private final UpstreamClient client;

	private final Breakers breakers;

	private final RetryBudget retries;

	private final AnswerRelay answers;

	private final Refusals refusals;

	private final UnfinishedResponses unfinished;

	private final ModelLabels labels;

	private final Pauses pauses;

	Attempts(UpstreamClient client, Breakers breakers, RetryBudget retries, AnswerRelay answers, Refusals refusals,
			UnfinishedResponses unfinished, ModelLabels labels, Pauses pauses) {
		this.pauses = pauses;
		this.labels = labels;
		this.client = client;
		this.breakers = breakers;
		this.retries = retries;
		this.answers = answers;
		this.refusals = refusals;
		this.unfinished = unfinished;
	}

	/** Makes the call and closes it. */
	Outcome run(Leg leg) throws IOException {
		Outcome outcome = switch (attempt(leg)) {
			case Answered answered -> answered;
			case Failed first -> close(leg, mayTryAgain(leg, first) ? again(leg, first) : first);
		};
		if (outcome instanceof Answered answered && answered.unfinished() != null) {
			this.unfinished.follow(leg, answered.unfinished());
		}
		return outcome;
	}

	private boolean mayTryAgain(Leg leg, Failed first) {
		return first.again() == Again.HERE && leg.in().running().cutReason() == null && this.retries.tryRetry();
	}

	private Outcome again(Leg leg, Failed first) throws IOException {
		try {
			pause(first.error().retryAfter());
			Outcome outcome = attempt(leg);
			return (outcome instanceof Failed second) ? told(leg, first, second) : outcome;
		}
		finally {
			this.retries.retryEnded();
		}
	}

	/** A provider that says the same twice is quoted, and nobody is told to go on. */
	private static Failed told(Leg leg, Failed first, Failed second) {
		ProviderWords before = first.words();
		ProviderWords words = second.words();
		return (before != null && words != null && words.status() >= 500 && words.saysTheSameAs(before))
				? second.saying(Errors.providerSaid(leg.provider(), words, second.error())) : second;
	}

	/**
	 * A call nobody was asked for leaves no trace; one that was already closed stays so.
	 */
	private static Outcome close(Leg leg, Outcome outcome) {
		if (!(outcome instanceof Failed failed)) {
			return outcome;
		}
		if (leg.books().attempts() == 0 && failed.again() == Again.ELSEWHERE) {
			leg.books().voided();
		}
		else {
			leg.books().failed();
		}
		return failed.closed(leg.labels(), leg.books().cost());
	}

	private Outcome attempt(Leg leg) throws IOException {
		return switch (this.breakers.ask(leg.access().origin(), leg.target().model(), isKnown(leg),
				leg.in().caller().userId())) {
			case Permission.Denied(var wait) -> Failed.of(Errors.circuitOpen(leg.provider(), wait), Again.ELSEWHERE);
			case Breakers.Attempt permitted -> {
				try (permitted) {
					yield exchange(leg, permitted);
				}
			}
		};
	}

	private boolean isKnown(Leg leg) {
		return this.labels.isKnown(leg.provider(), leg.target().model(), leg.books().price());
	}

	private Outcome exchange(Leg leg, Breakers.Attempt attempt) throws IOException {
		long startedAt = this.pauses.now();
		try (UpstreamCall upstream = this.client.open(leg.access().origin())) {
			leg.in().running().calling(upstream);
			leg.books().attempted();
			int status = upstream.exchange(leg.request());
			leg.books().answered(status);
			attempt.answered(status);
			if (status < 200 || status >= 300) {
				return refusal(leg, ProviderWords.read(upstream, status, leg.access().credential(), leg.redaction(),
						leg.exchange().sameWire()), startedAt);
			}
			AnswerRelay.Result result = this.answers.relay(leg, upstream, status);
			if (!(result instanceof AnswerRelay.Refused)) {
				this.pauses.taken(leg.access(), leg.target().model(), startedAt);
			}
			return switch (result) {
				case AnswerRelay.Relayed _ -> new Answered();
				case AnswerRelay.Broken(WireError error) -> Failed.of(error);
				case AnswerRelay.Refused(ProviderWords words) -> refusal(leg, words, startedAt);
				case AnswerRelay.Billed(ProviderWords words) ->
					this.refusals.billed(words, leg.access(), leg.provider());
				case AnswerRelay.Unfinished(Outcome.Unfinished response) -> new Answered(response);
			};
		}
		catch (UpstreamException ex) {
			attempt.failed(ex);
			return notAnswered(leg, ex);
		}
	}

	/**
	 * A whole answer that does not come in time may be billed all the same; a stream that
	 * does not begin in time was not begun.
	 */
	private static Failed notAnswered(Leg leg, UpstreamException ex) {
		boolean charged = ex.kind() == Kind.TIMEOUT && !leg.in().request().stream();
		if (charged) {
			leg.books().ended(Status.INTERRUPTED, null, new DeliveredText());
		}
		WireError cut = leg.in().running().cutReason();
		if (cut != null) {
			return Failed.of(cut);
		}
		WireError error = Errors.upstream(leg.provider(), ex);
		return Failed.of(charged ? Errors.charged(error) : error, switch (ex.kind()) {
			case CONNECT -> Again.HERE;
			case TOO_MANY_CONNECTIONS, NO_SOCKET -> Again.ELSEWHERE;
			case TIMEOUT, BROKEN, GARBAGE, ABORTED -> Again.NOWHERE;
		});
	}

	private Failed refusal(Leg leg, ProviderWords words, long startedAt) {
		boolean untold = words.status() == 429 && words.retryAfter() == null;
		return this.refusals.of(
				untold ? words.waiting(this.pauses.refused(leg.access(), leg.target().model(), startedAt)) : words,
				leg.access(), leg.provider());
	}

	/** Not all at once, and not before the provider wants to be asked again. */
	private static void pause(@Nullable Duration wait) {
		long millis = ThreadLocalRandom.current().nextLong(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS);
		try {
			Thread.sleep(millis + ((wait != null) ? wait.toMillis() : 0));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
