package dev.tallygate.gateway.completion.answer;

import dev.tallygate.events.Credential;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.RejectedKeys;
import dev.tallygate.gateway.completion.answer.Outcome.Again;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.usage.Calls;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's refusal means for the caller, for its key and for another try.
 */
public final class Refusals {

	/** What may go away by itself (529 is Anthropic's "overloaded"). */
	private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504, 529);

	private static final Duration SOON = Duration.ofSeconds(2);

	private final RejectedKeys rejectedKeys;

	private final RouteMeters meters;

	private final Calls calls;

	public Refusals(RejectedKeys rejectedKeys, RouteMeters meters, Calls calls) {
		this.rejectedKeys = rejectedKeys;
		this.meters = meters;
		this.calls = calls;
	}

	/** A rejected key is the owner's trouble; everything else passes. */
	public Failed of(ProviderWords words, ProviderAccess access, String provider) {
		if (words.status() == 401) {
			return rejected(access, provider);
		}
		return new Failed(Errors.refusedBy(provider, words), words, again(words), null, null);
	}

	/**
	 * An error inside an answer that is billed: nobody tries again, for that costs again.
	 * The call is in the books by now.
	 */
	public Failed billed(ProviderWords words, ProviderAccess access, String provider) {
		WireError error = (words.status() == 401) ? rejected(access, provider).error()
				: Errors.failedAnswer(provider, words);
		return Failed.of(Errors.charged(error));
	}

	/** An error of this status came inside a stream, where the caller has read it. */
	public void heard(int status, ProviderAccess access, String provider) {
		if (status == 401) {
			rejected(access, provider);
		}
	}

	private Failed rejected(ProviderAccess access, String provider) {
		if (access.credential() == Credential.USER) {
			this.rejectedKeys.report(access);
			return Failed.of(Errors.rejectedKey(provider));
		}
		this.meters.systemKeyRejected(provider);
		this.calls.systemKeyRefused(provider);
		return Failed.of(Errors.rejectedSystemKey(provider));
	}

	private static Again again(ProviderWords words) {
		if (!PASSING.contains(words.status()) || !words.wantsRetry()) {
			return Again.NOWHERE;
		}
		return isSoon(words.retryAfter()) ? Again.HERE : Again.ELSEWHERE;
	}

	private static boolean isSoon(@Nullable Duration wait) {
		return wait == null || wait.compareTo(SOON) <= 0;
	}

}
