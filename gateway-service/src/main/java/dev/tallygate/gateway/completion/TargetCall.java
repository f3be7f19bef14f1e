package dev.tallygate.gateway.completion;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.Failure.Again;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.provider.Breakers;
import dev.tallygate.gateway.provider.Breakers.Permission;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.gateway.routing.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One opened call at one target: tried, tried once more where that harms nobody, and
 * closed in the books in every case.
 */
final class TargetCall {

	/** What may go away by itself (529 is Anthropic's "overloaded"). */
	private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504, 529);

	private static final long MAX_RETRY_AFTER_SECONDS = 2;

	private static final long MIN_PAUSE_MILLIS = 50;

	private static final long MAX_PAUSE_MILLIS = 150;

	private final Relays relays;

	private final ChatCall chat;

	private final Target target;

	private final ProviderAccess access;

	private final Books books;

	private final Labels labels;

	private final Redaction redaction;

	private final UpstreamRequest request;

	TargetCall(Relays relays, ChatCall chat, Target target, ProviderAccess access, Books books, Labels labels) {
		this.relays = relays;
		this.chat = chat;
		this.target = target;
		this.access = access;
		this.books = books;
		this.labels = labels;
		this.redaction = (access.key() != null) ? access.key().use(Redaction::of) : Redaction.NONE;
		this.request = new UpstreamRequest("POST", access.basePath() + "/chat/completions",
				chat.headers().at(access, labels.callId()), chat.request().rewritten(target.model(), injectsUsage()));
	}

	/** Whether usage is asked for in streams whose caller does not. */
	boolean injectsUsage() {
		return !this.relays.properties().noUsageInjection().contains(this.target.provider().name());
	}

	/**
	 * Makes the call.
	 * @return null when the caller was answered, else why not
	 */
	@Nullable Failure run(AnswerRelay answers) throws IOException {
		Failure failure = attempt(answers);
		if (failure != null && failure.again() == Again.HERE && this.chat.running().cutReason() == null
				&& this.relays.retries().tryRetry()) {
			try {
				pause(failure.error().retryAfter());
				failure = attempt(answers);
			}
			finally {
				this.relays.retries().retryEnded();
			}
		}
		if (failure == null) {
			return null;
		}
		close(failure);
		return failure.labelled(this.labels);
	}

	/**
	 * A call nobody was asked for leaves no trace; one that was already closed stays so.
	 */
	private void close(Failure failure) {
		if (this.books.attempts() == 0 && failure.again() == Again.ELSEWHERE) {
			this.books.voided();
		}
		else {
			this.books.failed();
		}
	}

	private @Nullable Failure attempt(AnswerRelay answers) throws IOException {
		return switch (this.relays.breakers().ask(this.access.origin(), this.target.model())) {
			case Permission.Denied(var wait) -> Failure.of(Errors.circuitOpen(providerName(), wait), Again.ELSEWHERE);
			case Breakers.Attempt attempt -> {
				try (attempt) {
					yield attempt(answers, attempt);
				}
			}
		};
	}

	private @Nullable Failure attempt(AnswerRelay answers, Breakers.Attempt attempt) throws IOException {
		try (UpstreamCall upstream = this.relays.client().open(this.access.origin())) {
			this.chat.running().calling(upstream);
			this.books.attempted();
			int status = upstream.exchange(this.request);
			this.books.answered(status);
			attempt.answered(status);
			if (status >= 200 && status < 300) {
				return answers.relay(upstream, status, this.redaction);
			}
			return refusal(upstream, status);
		}
		catch (UpstreamException ex) {
			attempt.failed(ex);
			return notAnswered(ex);
		}
	}

	private Failure notAnswered(UpstreamException ex) {
		WireError cut = this.chat.running().cutReason();
		if (cut != null) {
			return Failure.of(cut);
		}
		return Failure.of(Errors.upstream(providerName(), ex), switch (ex.kind()) {
			case CONNECT -> Again.HERE;
			case TOO_MANY_CONNECTIONS -> Again.ELSEWHERE;
			case TIMEOUT, BROKEN, GARBAGE, ABORTED -> Again.NOWHERE;
		});
	}

	private Failure refusal(UpstreamCall upstream, int status) throws UpstreamException {
		if (status == 401) {
			return rejected();
		}
		Duration wait = retryAfter(upstream.header("retry-after"));
		boolean unwanted = "false".equalsIgnoreCase(upstream.header("x-should-retry"));
		Again again = (PASSING.contains(status) && isSoon(wait) && !unwanted) ? Again.HERE : Again.NOWHERE;
		if (status < 400 || status >= 500) {
			return Failure.of(Errors.providerStatus(providerName(), status).retryAfter(wait), again);
		}
		ProviderError answer = ErrorAnswer.read(upstream, status, this.access.credential(), this.redaction);
		WireError error = WireError.of(status, "provider_error", providerName() + " refused the call.");
		return new Failure(error.retryAfter(wait), answer, again, null);
	}

	private Failure rejected() {
		if (this.access.credential() == Credential.USER) {
			this.relays.report(this.access);
			return Failure.of(Errors.rejectedKey(providerName()));
		}
		this.relays.meters().systemKeyRejected(providerName());
		return Failure.of(WireError.of(502, "provider_error",
				providerName() + " does not take the operator's key. Tell the operator, or save a key of your own."));
	}

	private String providerName() {
		return this.target.provider().name();
	}

	private static boolean isSoon(@Nullable Duration wait) {
		return wait == null || wait.toSeconds() <= MAX_RETRY_AFTER_SECONDS;
	}

	private static @Nullable Duration retryAfter(@Nullable String header) {
		if (header == null || header.isEmpty() || header.length() > 6
				|| !header.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return null;
		}
		return Duration.ofSeconds(Integer.parseInt(header));
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
