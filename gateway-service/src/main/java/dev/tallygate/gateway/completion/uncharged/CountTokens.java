package dev.tallygate.gateway.completion.uncharged;

import dev.tallygate.events.CallId;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.BodyReader;
import dev.tallygate.gateway.completion.RequestHeaders;
import dev.tallygate.gateway.completion.WireRoute;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.RefusedException;
import dev.tallygate.gateway.completion.answer.WireResponse;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireRequest;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.gateway.routing.AllowedModels;
import dev.tallygate.gateway.routing.Route;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.routing.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /v1/messages/count_tokens}: how large a message would be. It is resolved
 * like a call, counts as one among the requests of a minute, and costs nothing.
 */
final class CountTokens implements WireRoute {

	private final Wire wire;

	private final Routes routes;

	private final AllowedModels allowed;

	private final ProviderKeys keys;

	private final Pace pace;

	private final Uncharged uncharged;

	private final BodyReader bodies;

	private final RequestLimits limits;

	CountTokens(Wire messages, Routes routes, AllowedModels allowed, ProviderKeys keys, Pace pace, Uncharged uncharged,
			BodyReader bodies, RequestLimits limits) {
		this.wire = messages;
		this.routes = routes;
		this.allowed = allowed;
		this.keys = keys;
		this.pace = pace;
		this.uncharged = uncharged;
		this.bodies = bodies;
		this.limits = limits;
	}

	@Override
	public boolean serves(String path) {
		return "/v1/messages/count_tokens".equals(path);
	}

	@Override
	public String pattern() {
		return "/v1/messages/count_tokens";
	}

	@Override
	public List<String> methods(String path) {
		return List.of("POST");
	}

	@Override
	public Envelope envelope(CallerRequest request) {
		return this.wire.envelope();
	}

	@Override
	public void serve(Arrival arrival) throws IOException {
		if (answer(arrival) instanceof Failed failed) {
			WireResponse.write(failed, this.wire, arrival.response());
		}
	}

	private Outcome answer(Arrival arrival) throws IOException {
		try (BodyReader.Body body = this.bodies.read(arrival.request(), arrival.user())) {
			WireRequest asked = this.wire.read(body.bytes(), body.length(), this.limits);
			return switch (this.routes.find(arrival.user(), asked.model(), RequestHeaders.agent(arrival.request()))) {
				case Route.UnknownAgent _ -> Failed.of(Errors.UNKNOWN_AGENT);
				case Route.Unresolved(var why) -> Failed.of(Errors.unresolved(why));
				case Route.Found found ->
					this.allowed.allows(arrival.caller(), found.target()) ? paced(found.target(), asked, arrival)
							: Failed.of(Errors.modelNotAllowed(found.target().name()));
			};
		}
		catch (RefusedException ex) {
			return Failed.of(ex.error());
		}
		catch (MalformedJsonException ex) {
			return Failed.of(Errors.malformed(ex));
		}
		catch (InvalidRequestException ex) {
			return Failed.of(Errors.invalid(ex));
		}
		catch (ProvidersUnknownException ex) {
			return Failed.of(Errors.KEY_SERVICE_UNAVAILABLE);
		}
	}

	/** Asks as often as the caller may call. */
	private Outcome paced(Target target, WireRequest asked, Arrival arrival) throws IOException {
		Optional<Failed> wait = this.pace.takeOne(this.wire, arrival);
		return wait.isPresent() ? wait.get() : ask(target, asked, arrival);
	}

	private Outcome ask(Target target, WireRequest asked, Arrival arrival) throws IOException {
		return switch (this.keys.find(arrival.user(), arrival.token(), target.provider().name())) {
			case Reveal.Withheld withheld ->
				Failed.of(Errors.withheld(withheld, target.provider().name(), this.wire.envelope()));
			case Reveal.Released _ when !target.provider().speaks(Operation.MESSAGES) ->
				Failed.of(Errors.invalid(InvalidRequestException.notTranslatable(
						target.provider().name() + " does not count tokens. Use a model of an Anthropic provider.",
						"model")));
			case Reveal.Released(ProviderAccess access) -> {
				CallId id = CallId.next();
				RequestHeaders headers = RequestHeaders.of(arrival.request(), this.wire);
				yield this.uncharged.run(new Uncharged.Errand(id, this.wire, target, access,
						new UpstreamRequest("POST", access.basePath() + "/messages/count_tokens" + headers.query(true),
								headers.at(access, id, true), asked.to(target.model(), false).body(), false)),
						arrival.response());
			}
		};
	}

}
