package dev.tallygate.gateway.completion;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.provider.UpstreamCall;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.provider.UpstreamException.Kind;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.gateway.routing.Target;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
		if (failure != null && failure.mayRetry() && this.chat.running().cutReason() == null
				&& this.relays.retries().tryRetry()) {
			try {
				pause();
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
		if (this.books.attempts() == 0 && "provider_unavailable".equals(failure.error().code())) {
			this.books.voided();
		}
		else {
			this.books.failed();
		}
	}

	private @Nullable Failure attempt(AnswerRelay answers) throws IOException {
		CircuitBreaker breaker = this.relays.breakers().of(this.access.origin());
		if (!breaker.tryAcquirePermission()) {
			return Failure.of(Errors.circuitOpen(providerName(), this.relays.breakerWait()), true, null);
		}
		Outcome outcome = new Outcome(breaker);
		try (UpstreamCall upstream = this.relays.client().open(this.access.origin())) {
			this.chat.running().calling(upstream);
			this.books.attempted();
			int status = upstream.exchange(this.request);
			this.books.answered(status);
			outcome.answered(status);
			if (status >= 200 && status < 300) {
				return answers.relay(upstream, status, this.redaction);
			}
			return refusal(upstream, status);
		}
		catch (UpstreamException ex) {
			outcome.failed(ex);
			return notAnswered(ex);
		}
		finally {
			outcome.release();
		}
	}

	private Failure notAnswered(UpstreamException ex) {
		WireError cut = this.chat.running().cutReason();
		if (cut != null) {
			return Failure.of(cut);
		}
		return Failure.of(Errors.upstream(providerName(), ex), ex.kind() == Kind.CONNECT, null);
	}

	private Failure refusal(UpstreamCall upstream, int status) throws UpstreamException {
		if (status == 401) {
			return rejected();
		}
		boolean passing = PASSING.contains(status) && isSoon(upstream.header("retry-after"));
		if (status < 400 || status >= 500) {
			WireError error = Errors.providerStatus(providerName(), status);
			Duration wait = retryAfter(upstream.header("retry-after"));
			return Failure.of((wait != null) ? error.retryAfter(wait) : error, passing, status);
		}
		ProviderError answer = ErrorAnswer.read(upstream, status, this.access.credential(), this.redaction);
		WireError error = WireError.of(status, "provider_error", providerName() + " refused the call.");
		return new Failure(error, answer, passing, status, null);
	}

	private Failure rejected() {
		if (this.access.credential() == Credential.USER) {
			this.relays.report(this.access);
			return Failure.of(Errors.rejectedKey(providerName()), false, 401);
		}
		this.relays.meters().systemKeyRejected(providerName());
		return Failure.of(
				WireError.of(502, "provider_error",
						providerName()
								+ " does not take the operator's key. Tell the operator, or save a key of your own."),
				false, 401);
	}

	private String providerName() {
		return this.target.provider().name();
	}

	private static boolean isSoon(@Nullable String retryAfter) {
		Duration wait = retryAfter(retryAfter);
		return wait == null || wait.toSeconds() <= MAX_RETRY_AFTER_SECONDS;
	}

	private static @Nullable Duration retryAfter(@Nullable String header) {
		if (header == null || header.isEmpty() || header.length() > 6
				|| !header.chars().allMatch((c) -> c >= '0' && c <= '9')) {
			return null;
		}
		return Duration.ofSeconds(Integer.parseInt(header));
	}

	private static void pause() {
		try {
			Thread.sleep(ThreadLocalRandom.current().nextLong(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/** What a circuit breaker is told of one attempt, exactly once. */
	private static final class Outcome {

		private final CircuitBreaker breaker;

		private final long startedAt;

		private boolean told;

		Outcome(CircuitBreaker breaker) {
			this.breaker = breaker;
			this.startedAt = System.nanoTime();
		}

		void answered(int status) {
			this.told = true;
			if (status >= 500) {
				this.breaker.onError(System.nanoTime() - this.startedAt, TimeUnit.NANOSECONDS,
						new IOException("status " + status));
			}
			else {
				this.breaker.onSuccess(System.nanoTime() - this.startedAt, TimeUnit.NANOSECONDS);
			}
		}

		void failed(UpstreamException ex) {
			boolean ours = ex.kind() == Kind.ABORTED || ex.kind() == Kind.TOO_MANY_CONNECTIONS;
			if (!this.told && !ours) {
				this.told = true;
				this.breaker.onError(System.nanoTime() - this.startedAt, TimeUnit.NANOSECONDS, ex);
			}
		}

		void release() {
			if (!this.told) {
				this.breaker.releasePermission();
			}
		}

	}

}
