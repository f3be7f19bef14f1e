package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.completion.Outcome.Again;
import dev.tallygate.gateway.completion.Outcome.Answered;
import dev.tallygate.gateway.completion.Outcome.Failed;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.gateway.limits.RepeatGuard;
import dev.tallygate.gateway.provider.RetryBudget;
import dev.tallygate.gateway.routing.Route;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Tags;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

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

	private final BooksKeeper books;

	private final BodyReader bodies;

	private final RequestLimits limits;

	private final long heartbeatNanos;

	Relay(Routes routes, AllowedModels allowed, ProviderKeys keys, Calls calls, RunningCalls running,
			Exchanges exchanges, Attempts attempts, RetryBudget retries, RouteMeters meters, BooksKeeper books,
			BodyReader bodies, Gatekeeper gatekeeper, CompletionProperties properties) {
		this.gatekeeper = gatekeeper;
		this.routes = routes;
		this.allowed = allowed;
		this.keys = keys;
		this.calls = calls;
		this.running = running;
		this.exchanges = exchanges;
		this.attempts = attempts;
		this.retries = retries;
		this.meters = meters;
		this.books = books;
		this.bodies = bodies;
		this.limits = properties.limits();
		this.heartbeatNanos = properties.heartbeat().toNanos();
	}

	/** Serves a request whose caller is known. */
	void serve(Wire wire, HttpServletRequest request, HttpServletResponse response, Caller caller, String token)
			throws IOException {
		WireError closed = this.gatekeeper.closed();
		Outcome outcome = (closed != null) ? counted(Failed.of(closed), null)
				: answer(wire, request, response, caller, token);
		if (outcome instanceof Failed failed) {
			WireResponse.write(failed, wire, response);
		}
	}

	/** However often a prompt is refused within a minute, it counts once. */
	private Outcome counted(Outcome outcome, RepeatGuard.@Nullable Seen seen) {
		if (outcome instanceof Failed failed && (seen == null || seen.firstRefusal())) {
			this.meters.refused(failed.error().code());
		}
		return outcome;
	}

	private Outcome answer(Wire wire, HttpServletRequest request, HttpServletResponse response, Caller caller,
			String token) throws IOException {
		try (BodyReader.Body body = this.bodies.read(request, caller.userId())) {
			WireRequest asked = wire.read(body.bytes(), body.length(), this.limits);
			RequestHeaders headers = RequestHeaders.of(request, wire);
			Tags tags = caller.tags().over(tagsOf(request));
			RepeatGuard.Seen seen = this.gatekeeper.came(caller, body.bytes(), body.length());
			Outcome outcome = switch (this.routes.find(caller.userId(), asked.model(),
					request.getHeader("x-tallygate-agent"))) {
				case Route.UnknownAgent _ -> Failed.of(Errors.UNKNOWN_AGENT);
				case Route.Unresolved(var why) -> Failed.of(Errors.unresolved(why));
				case Route.Found found ->
					run(found, seen, new Incoming(wire, caller, token, asked, found.agent(), headers, tags, response,
							new RunningCall(caller, token, asked.stream(), this.heartbeatNanos), body));
			};
			return counted(outcome, seen);
		}
		catch (RefusedException ex) {
			return counted(Failed.of(ex.error()), null);
		}
		catch (MalformedJsonException ex) {
			return counted(Failed.of(Errors.malformed(ex)), null);
		}
		catch (InvalidRequestException ex) {
			return counted(Failed.of(Errors.invalid(ex)), null);
		}
		catch (ProvidersUnknownException ex) {
			return counted(Failed.of(Errors.KEY_SERVICE_UNAVAILABLE), null);
		}
	}

	private static Tags tagsOf(HttpServletRequest request) throws RefusedException {
		String header = request.getHeader("x-tallygate-tags");
		try {
			return (header != null) ? Tags.parse(header) : Tags.NONE;
		}
		catch (IllegalArgumentException ex) {
			throw new RefusedException(WireError.invalid("'x-tallygate-tags' " + Tags.RULE + '.', null));
		}
	}

	/** Runs a call that others may cut from now on. */
	private Outcome run(Route.Found route, RepeatGuard.Seen seen, Incoming in) throws IOException {
		if (!this.allowed.allows(in.caller(), route.target())) {
			return Failed.of(Errors.modelNotAllowed(route.target().name()));
		}
		if (seen.tooOften()) {
			this.calls.repeating(in.caller().userId(), in.caller().apiKeyId(), seen.count());
		}
		WireError notYet = this.gatekeeper.refuse(in, seen);
		if (notYet != null) {
			return Failed.of(notYet);
		}
		this.retries.callStarted();
		this.running.add(in.running());
		try {
			Outcome first = call(route.target(), in);
			return (first instanceof Failed failed) ? fallBack(failed, route, in) : first;
		}
		finally {
			this.running.remove(in.running());
			this.retries.callEnded();
		}
	}

	/**
	 * Tries the other targets; when none answers, the first failure is told, for it is
	 * about what was asked for.
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
				switch (call(fallback, in)) {
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
		return first;
	}

	private Outcome call(Target target, Incoming in) throws IOException {
		return switch (this.keys.find(in.caller().userId(), in.token(), target.provider().name())) {
			case Reveal.Released(ProviderAccess access) -> call(target, access, in);
			case Reveal.Withheld withheld -> Failed.of(Errors.withheld(withheld, target.provider().name()));
		};
	}

	private Outcome call(Target target, ProviderAccess access, Incoming in) throws IOException {
		Exchange exchange;
		try {
			exchange = this.exchanges.of(in, target, access);
		}
		catch (InvalidRequestException ex) {
			return Failed.of(Errors.invalid(ex));
		}
		catch (RefusedException ex) {
			return Failed.of(ex.error());
		}
		return switch (this.calls.begin(in.at(target, access, exchange))) {
			case Calls.Refused(var refusal) -> Failed.of(Errors.refused(refusal));
			case Calls.Begun(OpenCall opened) -> {
				try (OpenCall call = opened) {
					Books books = this.books.open(call, in.request());
					Outcome outcome = this.attempts.run(Leg.of(in, target, access, exchange, books));
					this.gatekeeper.used(in, books.tokens());
					yield outcome;
				}
			}
		};
	}

}
