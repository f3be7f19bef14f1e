package dev.tallygate.gateway.completion.relay;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.BodyReader;
import dev.tallygate.gateway.completion.CompletionProperties;
import dev.tallygate.gateway.completion.RequestHeaders;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Outcome.Again;
import dev.tallygate.gateway.completion.answer.Outcome.Answered;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.RefusedException;
import dev.tallygate.gateway.completion.answer.RouteMeters;
import dev.tallygate.gateway.completion.running.RunningCall;
import dev.tallygate.gateway.completion.running.RunningCalls;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Tokenizer;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.gateway.routing.Route;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.security.caller.Tags;
import java.io.IOException;

/**
 * Serves every call to a model, whatever its wire: reads it, finds its target and its
 * credential, admits it, has it made, and falls back to other targets. It is the only way
 * to an open call, and a call it opens is closed here.
 */
final class Relay {

	private final Routes routes;

	private final AllowedModels allowed;

	private final ProviderKeys keys;

	private final Calls calls;

	private final RunningCalls running;

	private final Exchanges exchanges;

	private final Attempts attempts;

	private final RetryBudget retries;

	private final Gatekeeper gatekeeper;

	private final RouteMeters meters;

	private final Tokenizer tokenizer;

	private final BodyReader bodies;

	private final RequestLimits limits;

	private final long maxCounted;

	private final long heartbeatNanos;

	Relay(Routes routes, AllowedModels allowed, ProviderKeys keys, Calls calls, RunningCalls running,
			Exchanges exchanges, Attempts attempts, RetryBudget retries, RouteMeters meters, Tokenizer tokenizer,
			BodyReader bodies, Gatekeeper gatekeeper, CompletionProperties properties) {
		this.routes = routes;
		this.allowed = allowed;
		this.keys = keys;
		this.calls = calls;
		this.running = running;
		this.exchanges = exchanges;
		this.attempts = attempts;
		this.retries = retries;
		this.gatekeeper = gatekeeper;
		this.meters = meters;
		this.tokenizer = tokenizer;
		this.bodies = bodies;
		this.limits = properties.limits();
		this.maxCounted = properties.maxCountedBody().toBytes();
		this.heartbeatNanos = properties.heartbeat().toNanos();
	}

	/** Answers a request of a wire: reads what is asked, and who is to say it. */
	Outcome answer(Wire wire, Arrival arrival) throws IOException {
		if (this.gatekeeper.isClosed()) {
			return refused(Errors.MEMORY_FULL);
		}
		CallerRequest request = arrival.request();
		try (BodyReader.Body body = this.bodies.read(request, arrival.user())) {
			WireRequest asked = wire.read(body.bytes(), body.length(), this.limits);
			RequestHeaders headers = RequestHeaders.of(request, wire);
			Tags tags = arrival.caller().tags().over(tagsOf(request));
			RepeatGuard.Seen seen = this.gatekeeper.came(arrival.caller(), body.bytes(), body.length());
			Outcome outcome = switch (this.routes.find(arrival.user(), asked.model(), RequestHeaders.agent(request))) {
				case Route.UnknownAgent _ -> Failed.of(Errors.UNKNOWN_AGENT);
				case Route.Unresolved(var why) -> Failed.of(Errors.unresolved(why));
				case Route.Found found -> run(found, seen,
						new Incoming(wire, arrival, asked, found.agent(), headers, tags,
								new RunningCall(arrival.caller(), arrival.token(), asked.stream(), this.heartbeatNanos),
								body));
			};
			return countedOnce(outcome, seen);
		}
		catch (RefusedException ex) {
			return refused(ex.error());
		}
		catch (MalformedJsonException ex) {
			return refused(Errors.malformed(ex));
		}
		catch (InvalidRequestException ex) {
			return refused(Errors.invalid(ex));
		}
		catch (ProvidersUnknownException ex) {
			return refused(Errors.KEY_SERVICE_UNAVAILABLE);
		}
	}

	/** What is refused before anybody knows what it asks. */
	private Outcome refused(WireError why) {
		this.meters.refused(why.code());
		return Failed.of(why);
	}

	private static Tags tagsOf(CallerRequest request) throws RefusedException {
		String header = RequestHeaders.tags(request);
		try {
			return (header != null) ? Tags.parse(header) : Tags.NONE;
		}
		catch (IllegalArgumentException ex) {
			throw new RefusedException(WireError.invalid("'x-tallygate-tags' " + Tags.RULE + '.', null));
		}
	}

	/** However often a prompt is refused within a minute, it counts once. */
	private Outcome countedOnce(Outcome outcome, RepeatGuard.Seen seen) {
		if (outcome instanceof Failed failed && seen.firstRefusal()) {
			this.meters.refused(failed.error().code());
		}
		return outcome;
	}

	/**
	 * Lets a call in that its key may make now, and goes from target to target with it.
	 * Others may cut it from then on.
	 */
	private Outcome run(Route.Found route, RepeatGuard.Seen seen, Incoming in) throws IOException {
		if (!this.allowed.allows(in.caller(), route.target())) {
			return Failed.of(Errors.modelNotAllowed(route.target().name()));
		}
		if (seen.tooOften()) {
			this.calls.repeating(in.caller().userId(), in.caller().apiKeyId(), seen.count());
		}
		if (this.gatekeeper.ask(in, seen) instanceof Gatekeeper.Stopped(WireError why)) {
			return Failed.of(why);
		}
		this.retries.callStarted();
		this.running.add(in.running());
		try {
			Outcome first = callAt(route.target(), in);
			return (first instanceof Failed failed) ? fallBack(failed, route, in) : first;
		}
		finally {
			this.running.remove(in.running());
			this.retries.callEnded();
			this.gatekeeper.ended(in);
		}
	}

	/**
	 * Tries the other targets; when none answers, the first failure is told, for it is
	 * about what was asked for. One that was charged is told before it: whoever does not
	 * hear of it sends the call again, and pays again.
	 */
	private Outcome fallBack(Failed first, Route.Found route, Incoming in) throws IOException {
		Failed last = first;
		for (Target fallback : route.fallbacks()) {
			if (last.again() == Again.NOWHERE || in.running().cutReason() != null) {
				break;
			}
			if (!this.allowed.allows(in.caller(), fallback) || !this.retries.tryRetry()) {
				continue;
			}
			try {
				switch (callAt(fallback, in)) {
					case Answered answered -> {
						return answered;
					}
					case Failed failed -> last = failed;
				}
			}
			finally {
				this.retries.retryEnded();
			}
		}
		return last.charged() ? last : first;
	}

	/** Finds the key for a target, and its provider's words. */
	private Outcome callAt(Target target, Incoming in) throws IOException {
		return switch (this.keys.find(in.caller().userId(), in.arrival().token(), target.provider().name())) {
			case Reveal.Withheld withheld ->
				Failed.of(Errors.withheld(withheld, target.provider().name(), in.wire().envelope()));
			case Reveal.Released(ProviderAccess access) -> switch (this.exchanges.of(in, target, access)) {
				case Exchanges.Unsaid(WireError why) -> Failed.of(why);
				case Exchanges.Said said -> open(target, access, said, in);
			};
		};
	}

	/** Opens the call, if it is admitted, has it made and closes it. */
	private Outcome open(Target target, ProviderAccess access, Exchanges.Said said, Incoming in) throws IOException {
		return switch (this.calls.begin(in.at(target, access, said))) {
			case Calls.Refused(var refusal) -> Failed.of(Errors.refused(refusal, in.wire()));
			case Calls.Begun(OpenCall opened) -> {
				try (OpenCall call = opened) {
					Books books = new Books(call, in.request(), this.tokenizer, this.maxCounted);
					try {
						yield this.attempts.run(Leg.of(in, target, access, said.exchange(), books));
					}
					finally {
						// An answer that broke off was delivered as far as it came.
						this.gatekeeper.used(in, books.tokens());
					}
				}
			}
		};
	}

}
