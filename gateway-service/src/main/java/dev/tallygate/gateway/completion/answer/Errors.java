package dev.tallygate.gateway.completion.answer;

import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.admission.Refusal;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.limits.RateOutcome;
import dev.tallygate.gateway.provider.UpstreamException;
import dev.tallygate.gateway.routing.Resolution;
import dev.tallygate.security.problem.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What callers are told when a call cannot be made.
 */
public final class Errors {

	public static final WireError TWO_KEYS = WireError.of(401, ErrorCode.INVALID_API_KEY,
			"Two different keys were sent, in 'Authorization' and in 'x-api-key'. Send your Tallygate API key alone.");

	public static final WireError NOTHING_HERE = WireError.of(404, ErrorCode.NOT_FOUND,
			"There is nothing at this path.");

	public static final WireError SLASHES = WireError.of(404, ErrorCode.NOT_FOUND,
			"There is nothing at this path: it has a slash too many. Look whether your SDK's base URL ends with one.");

	public static final WireError UNKNOWN_QUERY = WireError.invalid("The query has a parameter that is not known here.",
			null);

	public static final WireError WRONG_BASE = WireError.of(404, ErrorCode.NOT_FOUND,
			"There is nothing under /v1/v1: your SDK adds /v1 itself. Set its base URL to the gateway's address without "
					+ "/v1.");

	public static final WireError NO_BASE = WireError.of(404, ErrorCode.NOT_FOUND,
			"There is nothing at this path. Set your SDK's base URL to the gateway's address with /v1 at its end.");

	public static final WireError DATABASE_UNAVAILABLE = WireError
		.of(503, "overloaded", "The gateway's database cannot be reached at the moment. Try again in a few seconds.")
		.retryAfter(Duration.ofSeconds(2));

	public static final WireError KEY_SERVICE_UNAVAILABLE = WireError
		.of(503, ErrorCode.KEY_SERVICE_UNAVAILABLE, "Keys cannot be checked at the moment. Try again in a few seconds.")
		.retryAfter(Duration.ofSeconds(1));

	public static final WireError REVOKED = WireError.of(401, ErrorCode.INVALID_API_KEY,
			"The API key of this call was revoked or expired while the answer was on its way.");

	public static final WireError STOPPING = WireError
		.of(503, "overloaded", "This gateway is stopping and could not wait for the end of the answer. Try again.")
		.retryAfter(Duration.ofSeconds(1));

	public static final WireError INTERNAL = WireError.of(500, ErrorCode.INTERNAL_ERROR,
			"Something went wrong on our side. Try again; if it stays, tell the operator the x-request-id.");

	public static final WireError UNKNOWN_AGENT = WireError.of(404, "agent_not_found",
			"You have no agent of the id or name in 'x-tallygate-agent'. GET /api/users/me/agents lists them.");

	public static final WireError UNKNOWN_MODEL = new WireError(404, ErrorCode.MODEL_NOT_FOUND,
			"No such model. Write it as 'provider:model', or use a name from GET /v1/models.", "model", null, null,
			Map.of());

	public static final WireError MODELS_LIMIT = WireError.invalid("'limit' must be a whole number from 1 to 1000.",
			"limit");

	static final WireError OVERLOADED = WireError
		.of(503, "overloaded", "All connections to the provider are in use. Try again in a few seconds.")
		.retryAfter(Duration.ofSeconds(2));

	public static final WireError NO_SOCKET = WireError
		.of(503, "overloaded", "This gateway can open no more connections at the moment. Try again in a few seconds.")
		.retryAfter(Duration.ofSeconds(2));

	public static final WireError MEMORY_FULL = WireError
		.of(503, "overloaded", "This gateway has no memory for more calls at the moment. Try again in a few seconds.")
		.retryAfter(Duration.ofSeconds(2));

	public static final WireError NO_ROOM_OF_YOUR_OWN = WireError
		.of(503, "overloaded",
				"Your requests that are open take all the memory that one user may have. Try again in a few seconds.")
		.retryAfter(Duration.ofSeconds(2));

	public static final WireError NO_ROOM = WireError
		.of(503, "overloaded",
				"The requests that are open take all the memory there is for them. Try again in a few seconds.")
		.retryAfter(Duration.ofSeconds(2));

	/** What is told where a provider does not say when to come again. */
	private static final Duration DEFAULT_WAIT = Duration.ofSeconds(5);

	private Errors() {
	}

	/**
	 * The one answer to a missing, unknown, expired or revoked key, whatever the reason.
	 */
	public static WireError invalidApiKey(Envelope envelope) {
		return WireError.of(401, ErrorCode.INVALID_API_KEY,
				"Send a valid Tallygate API key as " + envelope.keyHeaders() + '.');
	}

	public static WireError wrongMethod(List<String> methods) {
		return WireError.of(405, ErrorCode.METHOD_NOT_ALLOWED,
				"Use " + String.join(" or ", methods) + " at this path.");
	}

	public static WireError malformed(MalformedJsonException ex) {
		return WireError.invalid("The request is not valid JSON: " + ex.getMessage() + ".", null);
	}

	public static WireError invalid(InvalidRequestException ex) {
		return new WireError(400, ex.code(), String.valueOf(ex.getMessage()), ex.parameter(), null, null, Map.of());
	}

	public static WireError unresolved(Resolution.Unresolved why) {
		return switch (why) {
			case Resolution.UnsupportedProvider none -> new WireError(400, ErrorCode.UNSUPPORTED_PROVIDER,
					"The model names a provider that is not configured. GET /api/providers of key-service lists them.",
					"model", null, null, Map.of());
			case Resolution.UnknownModel none -> UNKNOWN_MODEL;
			case Resolution.NoName none ->
				WireError.invalid("'model' must be 1 to 200 printable ASCII characters without spaces.", "model");
		};
	}

	public static WireError modelNotAllowed(String model) {
		return WireError.of(403, "model_not_allowed", "This API key may not use the model '" + model
				+ "'. Use a key without that restriction, or one of the models it allows.");
	}

	public static WireError refused(Refusal refusal, Wire wire) {
		WireError error = WireError.of(refusal.status(), refusal.code(), refusal.message(wire.outputLimit()));
		if (refusal.retryAfter() != null) {
			error = error.retryAfter(refusal.retryAfter());
		}
		if (refusal instanceof Refusal.OverLimit over) {
			error = overLimit(error.shouldRetry(refusal.shouldRetry()), over);
		}
		return error;
	}

	private static WireError overLimit(WireError error, Refusal.OverLimit over) {
		WireError detailed = error.with("limit", over.scope())
			.with("binding", over.limit())
			.with("raisedBy", over.raisedBy())
			.with("limitNanos", over.amount())
			.with("spentNanos", over.spent())
			.with("reservedNanos", over.reserved())
			.with("leftNanos", over.left());
		if (over.periodEnd() != null) {
			detailed = detailed.with("periodEnd", over.periodEnd().toString());
		}
		if (over.needed() != null) {
			detailed = detailed.with("neededNanos", over.needed());
		}
		if (over.largestMaxTokens() != null) {
			detailed = detailed.with("largestMaxTokens", over.largestMaxTokens());
		}
		return detailed;
	}

	public static WireError withheld(Reveal.Withheld why, String provider, Envelope envelope) {
		return switch (why) {
			case Reveal.Missing missing -> WireError.of(400, ErrorCode.PROVIDER_KEY_MISSING, "Please configure your "
					+ provider + " API key: PUT /api/users/me/provider-keys/" + provider + " at key-service.");
			case Reveal.Rejected rejected -> rejectedKey(provider);
			case Reveal.OriginChanged changed -> WireError.of(409, ErrorCode.PROVIDER_KEY_ORIGIN_CHANGED,
					"The address of " + provider + " has changed since you saved your API key. Save the key again.");
			case Reveal.Undecryptable undecryptable -> WireError.of(500, ErrorCode.KEY_UNDECRYPTABLE,
					"Failed to decrypt API key -- remove it and add it again");
			case Reveal.NotAuthenticated nobody -> invalidApiKey(envelope);
			case Reveal.Unavailable unavailable -> KEY_SERVICE_UNAVAILABLE;
		};
	}

	static WireError rejectedKey(String provider) {
		return WireError.of(401, ErrorCode.PROVIDER_KEY_REJECTED, "Your " + provider + " API key was rejected by "
				+ provider + ". Save a valid key: PUT /api/users/me/provider-keys/" + provider + " at key-service.");
	}

	public static WireError circuitOpen(String provider, Duration wait) {
		return WireError
			.of(503, "provider_unavailable",
					provider + " has failed too often in a row and is not called for a moment. Try again shortly.")
			.retryAfter(wait);
	}

	static WireError rejectedSystemKey(String provider) {
		return WireError.of(502, "provider_error",
				provider + " does not take the operator's key. Tell the operator, or save a key of your own.");
	}

	/**
	 * A provider's refusal in our words. A 408 is never passed on: clients repeat it too
	 * often.
	 */
	static WireError refusedBy(String provider, ProviderWords words) {
		WireError error = switch (words.status()) {
			case 408 -> WireError.of(504, "provider_timeout", provider + " did not answer in time.");
			case 429 ->
				WireError.of(429, ErrorCode.RATE_LIMITED, quoting(provider + " takes no more calls for now", words))
					.retryAfter((words.retryAfter() != null) ? words.retryAfter() : DEFAULT_WAIT);
			case 529 -> WireError.of(529, "provider_error", quoting(provider + " is overloaded", words));
			default -> (words.status() >= 400 && words.status() < 500)
					? WireError.of(words.status(), "provider_error", quoting(provider + " refused the call", words))
					: WireError.of(502, "provider_error",
							provider + " answered with status " + words.status() + ". Try again.");
		};
		return (words.retryAfter() != null) ? error.retryAfter(words.retryAfter()) : error;
	}

	/** A provider that says the same again. */
	public static WireError providerSaid(String provider, ProviderWords words, WireError error) {
		return new WireError(error.status(), error.code(),
				quoting(provider + " answered with status " + words.status(), words), null, error.retryAfter(), null,
				Map.of());
	}

	private static String quoting(String what, ProviderWords words) {
		return (words.text() == null) ? what + '.' : what + ": " + words.text();
	}

	public static WireError endedEarly(String provider) {
		return WireError.of(502, "provider_error", provider + " ended the answer too early.");
	}

	public static WireError unreadableAnswer(String provider) {
		return WireError.of(502, "provider_error",
				provider + " sent an answer that cannot be read. Sending the call again costs as much again.");
	}

	/** An answer that failed and is charged: whatever it says, it is not told to wait. */
	public static WireError failedAnswer(String provider, ProviderWords words) {
		WireError error = refusedBy(provider, words);
		return new WireError(error.status(), error.code(),
				quoting(provider + " failed at the answer and bills it, as it would if the call were sent again",
						words),
				null, null, null, Map.of());
	}

	/**
	 * What failed though it is charged: an SDK that repeats it by itself, as most do with
	 * a 5xx, makes its user pay each time.
	 */
	public static WireError charged(WireError error) {
		return (error.retryAfter() == null) ? error.shouldRetry(false) : error;
	}

	public static WireError rateLimited(RateOutcome.Exceeded exceeded) {
		String whose = exceeded.scope().equals("key") ? "This API key" : "You";
		return WireError
			.of(429, ErrorCode.RATE_LIMITED,
					whose + (exceeded.scope().equals("key") ? " has" : " have") + " used up the " + exceeded.what()
							+ " of this minute. Try again in " + RateHeaders.text(exceeded.left()) + ".")
			.retryAfter(exceeded.left());
	}

	public static WireError repeated(int count, Duration wait) {
		return WireError.of(429, ErrorCode.RATE_LIMITED,
				"The same prompt came " + count + " times within a minute from this API key, so it looks like a loop "
						+ "that has run away. Stop it, or send something else; this prompt is taken again in "
						+ Math.max(1, wait.toSeconds()) + " s.")
			.retryAfter(wait);
	}

	public static WireError noRoomForAnswer(String provider) {
		return WireError
			.of(503, "overloaded",
					provider + " answered, but the answers that are open take all the memory there is for them. "
							+ "Sending the call again costs as much again.")
			.retryAfter(Duration.ofSeconds(2));
	}

	public static WireError tooLargeAnswer(String provider) {
		return WireError.of(502, "provider_error", provider + " sent a larger answer than can be passed on.");
	}

	public static WireError tooLargeEvent(String provider, int limit) {
		return WireError.of(502, "provider_error",
				provider + " sent an event of more than " + limit + " bytes, the most that can be passed on.");
	}

	public static WireError upstream(String provider, UpstreamException ex) {
		return switch (ex.kind()) {
			case TIMEOUT -> WireError.of(504, "provider_timeout", provider + " did not answer in time.");
			case CONNECT -> WireError.of(502, "provider_error", provider + " cannot be reached. Try again shortly.");
			case TOO_MANY_CONNECTIONS -> OVERLOADED;
			case NO_SOCKET -> NO_SOCKET;
			case BROKEN -> WireError.of(502, "provider_error", "The connection to " + provider + " broke.");
			case GARBAGE -> WireError.of(502, "provider_error", provider + " answered with something that is no HTTP.");
			case ABORTED -> INTERNAL;
		};
	}

}
