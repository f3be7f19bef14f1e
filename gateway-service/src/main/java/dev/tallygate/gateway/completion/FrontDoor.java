package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.PresentedKey;
import dev.tallygate.gateway.completion.answer.Errors;
import dev.tallygate.gateway.completion.answer.OwnFault;
import dev.tallygate.gateway.completion.answer.WireResponse;
import dev.tallygate.gateway.dialect.Envelope;
import dev.tallygate.gateway.dialect.OpenAiEnvelope;
import dev.tallygate.gateway.dialect.WireError;
import dev.tallygate.gateway.dialect.messages.AnthropicEnvelope;
import dev.tallygate.gateway.http.CallServer;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.http.CallerResponse;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import dev.tallygate.security.problem.TruncatedAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import org.springframework.util.StringUtils;

/**
 * Serves everything under {@code /v1}, by whatever way it comes: finds out who calls, and
 * shows the way to the route.
 */
final class FrontDoor implements CallServer {

	private static final String BASE = "/v1/";

	private static final String TWICE = "/v1/v1/";

	/** Those that are followed by another, or by nothing. */
	private static final Pattern SLASHES = Pattern.compile("/(?=/|$)");

	private final Introspection introspection;

	private final OpenRequests open;

	private final List<WireRoute> routes;

	FrontDoor(Introspection introspection, OpenRequests open, List<WireRoutes> rooms) {
		this.introspection = introspection;
		this.open = open;
		this.routes = rooms.stream().flatMap((room) -> room.routes().stream()).toList();
	}

	/** All that is served. */
	List<WireRoute> routes() {
		return this.routes;
	}

	@Override
	public boolean serves(String path) {
		return path.startsWith(BASE);
	}

	/**
	 * Answers a request.
	 * @throws IOException when the answer cannot be brought to its end
	 */
	@Override
	public void serve(CallerRequest request, CallerResponse response) throws IOException {
		String path = decoded(request.path());
		WireRoute route = routeOf(path);
		Envelope envelope = (route != null) ? route.envelope(request) : envelopeAt(path);
		this.open.begun();
		try {
			admit(route, path, request, response, envelope);
		}
		catch (DataAccessException | TransactionException ex) {
			failed(Errors.DATABASE_UNAVAILABLE, envelope, response, ex);
		}
		catch (RuntimeException | Error ex) {
			failed(Errors.INTERNAL, envelope, response, ex);
		}
		finally {
			this.open.ended();
		}
	}

	private void admit(@Nullable WireRoute route, String path, CallerRequest request, CallerResponse response,
			Envelope envelope) throws IOException {
		switch (PresentedKey.of(request)) {
			case PresentedKey.None _ -> WireResponse.write(Errors.invalidApiKey(envelope), envelope, response);
			case PresentedKey.Two _ -> WireResponse.write(Errors.TWO_KEYS, envelope, response);
			case PresentedKey.One(String token) -> {
				switch (this.introspection.introspect(token)) {
					case IntrospectionOutcome.Active(Caller caller) ->
						serve(route, new Arrival(path, request, response, caller, token), envelope);
					case IntrospectionOutcome.Inactive _ ->
						WireResponse.write(Errors.invalidApiKey(envelope), envelope, response);
					case IntrospectionOutcome.Unavailable _ ->
						WireResponse.write(Errors.KEY_SERVICE_UNAVAILABLE, envelope, response);
				}
			}
		}
	}

	/** The path as a template; null when nothing is served there. */
	@Nullable String patternOf(CallerRequest request) {
		WireRoute route = routeOf(decoded(request.path()));
		return (route != null) ? route.pattern() : null;
	}

	/** An encoded slash is a slash. */
	private static String decoded(String path) {
		if (path.indexOf('%') < 0) {
			return path;
		}
		try {
			return StringUtils.uriDecode(path, StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			return path;
		}
	}

	private @Nullable WireRoute routeOf(String path) {
		for (WireRoute route : this.routes) {
			if (route.serves(path)) {
				return route;
			}
		}
		return null;
	}

	/** The words of whoever must have meant to ask here. */
	static Envelope envelopeAt(String path) {
		return (path.contains("/v1/messages") || path.equals("/messages") || path.startsWith("/messages/"))
				? AnthropicEnvelope.INSTANCE : OpenAiEnvelope.INSTANCE;
	}

	private void serve(@Nullable WireRoute route, Arrival arrival, Envelope envelope) throws IOException {
		CallerResponse response = arrival.response();
		if (route == null) {
			WireResponse.write(nothingAt(arrival.path()), envelope, response);
			return;
		}
		List<String> methods = methods(route, arrival.path());
		if (!methods.contains(arrival.request().method())) {
			response.header("Allow", String.join(", ", methods));
			WireResponse.write(Errors.wrongMethod(methods), envelope, response);
			return;
		}
		route.serve(arrival);
	}

	/** Whoever may read may also ask for the headers alone. */
	private static List<String> methods(WireRoute route, String path) {
		List<String> taken = route.methods(path);
		return taken.contains("GET") ? Stream.concat(taken.stream(), Stream.of("HEAD")).toList() : taken;
	}

	private WireError nothingAt(String path) {
		String meant = SLASHES.matcher(path).replaceAll("");
		if (!meant.equals(path) && routeOf(meant) != null) {
			return Errors.SLASHES;
		}
		if (path.startsWith(TWICE)) {
			return Errors.WRONG_BASE;
		}
		return (path.startsWith(BASE) || path.equals("/v1")) ? Errors.NOTHING_HERE : Errors.NO_BASE;
	}

	private static void failed(WireError error, Envelope envelope, CallerResponse response, Throwable ex)
			throws IOException {
		OwnFault.log(ex);
		if (response.isCommitted()) {
			throw new TruncatedAnswer();
		}
		response.reset();
		WireResponse.write(error, envelope, response);
	}

}
