package dev.tallygate.gateway.completion.uncharged;

import dev.tallygate.events.CallId;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.completion.Arrival;
import dev.tallygate.gateway.completion.RequestHeaders;
import dev.tallygate.gateway.completion.WireRoute;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.Outcome.Failed;
import dev.tallygate.gateway.completion.answer.Outcome;
import dev.tallygate.gateway.completion.answer.WireResponse;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.SplicedBody;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.provider.Provider;
import dev.tallygate.gateway.provider.Providers;
import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.gateway.provider.UpstreamRequest;
import dev.tallygate.gateway.routing.ResponseHomes.Home;
import dev.tallygate.gateway.routing.Target;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is done with responses that a provider keeps: reading, deleting and cancelling one
 * and listing its input. Each goes to the provider that made it, with the key of whoever
 * made it; nobody else finds it. What reads counts among the requests of a minute; what
 * ends or deletes a response is never to wait.
 */
final class StoredResponses implements WireRoute {

	/** What OpenAI does beside is no response's id. */
	private static final Pattern PATH = Pattern
		.compile("/v1/responses/(?!(?:compact|input_tokens)$)([A-Za-z0-9_-]{1,200})(/cancel|/input_items)?");

	/** What a provider may be asked besides. */
	private static final Pattern QUERY = Pattern
		.compile("(?:(?:include(?:\\[\\]|%5B%5D|%5b%5d)?|stream|starting_after|limit|order|after|include_obfuscation)"
				+ "=[A-Za-z0-9_.,-]{0,200}&?){1,20}");

	private static final List<String> ONE = List.of("GET", "DELETE");

	private final Wire wire;

	private final KeptResponses kept;

	private final Providers providers;

	private final ProviderKeys keys;

	private final Pace pace;

	private final Uncharged uncharged;

	StoredResponses(Wire responses, KeptResponses kept, Providers providers, ProviderKeys keys, Pace pace,
			Uncharged uncharged) {
		this.wire = responses;
		this.kept = kept;
		this.providers = providers;
		this.keys = keys;
		this.pace = pace;
		this.uncharged = uncharged;
	}

	@Override
	public boolean serves(String path) {
		return PATH.matcher(path).matches();
	}

	@Override
	public String pattern() {
		return "/v1/responses/{response}";
	}

	@Override
	public List<String> methods(String path) {
		if (path.endsWith("/cancel")) {
			return List.of("POST");
		}
		return path.endsWith("/input_items") ? List.of("GET") : ONE;
	}

	@Override
	public Envelope envelope(CallerRequest request) {
		return this.wire.envelope();
	}

	@Override
	public void serve(Arrival arrival) throws IOException {
		Matcher matcher = PATH.matcher(arrival.path());
		Outcome outcome = matcher.matches() ? answer(matcher.group(1), arrival)
				: Failed.of(KeptResponses.NO_SUCH_RESPONSE);
		if (outcome instanceof Failed failed) {
			WireResponse.write(failed, this.wire, arrival.response());
		}
		else if ("DELETE".equals(arrival.request().method())) {
			this.kept.forget(arrival.user(), matcher.group(1));
		}
	}

	private Outcome answer(String id, Arrival arrival) throws IOException {
		Optional<Home> home = this.kept.find(arrival.user(), id);
		if (home.isEmpty()) {
			return Failed.of(KeptResponses.NO_SUCH_RESPONSE);
		}
		String query = arrival.request().query();
		if (query != null && !QUERY.matcher(query).matches()) {
			return Failed.of(Errors.UNKNOWN_QUERY);
		}
		Optional<Failed> wait = reads(arrival.request()) ? this.pace.takeOne(this.wire, arrival) : Optional.empty();
		if (wait.isPresent()) {
			return wait.get();
		}
		try {
			Provider provider = this.providers.find(home.get().provider());
			return (provider != null) ? ask(new Target(provider, home.get().model()), query, arrival)
					: Failed.of(KeptResponses.NO_SUCH_RESPONSE);
		}
		catch (ProvidersUnknownException ex) {
			return Failed.of(Errors.KEY_SERVICE_UNAVAILABLE);
		}
	}

	private static boolean reads(CallerRequest request) {
		return "GET".equals(request.method()) || "HEAD".equals(request.method());
	}

	private Outcome ask(Target target, @Nullable String query, Arrival arrival) throws IOException {
		CallerRequest request = arrival.request();
		return switch (this.keys.find(arrival.user(), arrival.token(), target.provider().name())) {
			case Reveal.Withheld withheld ->
				Failed.of(Errors.withheld(withheld, target.provider().name(), this.wire.envelope()));
			case Reveal.Released(ProviderAccess access) -> {
				CallId id = CallId.next();
				// The container leaves the body out where the headers alone are wanted.
				String method = "HEAD".equals(request.method()) ? "GET" : request.method();
				boolean posts = "POST".equals(method);
				yield this.uncharged.run(new Uncharged.Errand(id, this.wire, target, access,
						new UpstreamRequest(method,
								access.basePath() + arrival.path().substring("/v1".length())
										+ ((query != null) ? '?' + query : ""),
								RequestHeaders.of(request, this.wire).at(access, id, true),
								posts ? new SplicedBody(new byte[0], 0, List.of()) : null,
								query != null && query.contains("stream=true"))),
						arrival.response());
			}
		};
	}

}
