package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.access.ProviderKeys;
import dev.tallygate.gateway.access.Reveal;
import dev.tallygate.gateway.completion.Failure.Again;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.openai.ChatLimits;
import dev.tallygate.gateway.dialect.openai.ChatRequest;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.ProvidersUnknownException;
import dev.tallygate.gateway.routing.Route;
import dev.tallygate.gateway.routing.Routes;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.gateway.usage.Calls;
import dev.tallygate.gateway.usage.OpenCall;
import dev.tallygate.security.caller.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/chat/completions}.
 */
final class ChatCompletions {

	private final Routes routes;

	private final ProviderKeys keys;

	private final Calls calls;

	private final RunningCalls running;

	private final Relays relays;

	private final BodyReader bodies;

	private final ChatLimits limits;

	ChatCompletions(Routes routes, ProviderKeys keys, Calls calls, RunningCalls running, Relays relays) {
		this.routes = routes;
		this.keys = keys;
		this.calls = calls;
		this.running = running;
		this.relays = relays;
		CompletionProperties properties = relays.properties();
		this.bodies = new BodyReader(properties.maxBody().toBytes(), properties.bodyTimeout(),
				properties.maxBodies().toBytes());
		this.limits = new ChatLimits(properties.maxDepth(), properties.maxMembers(), properties.maxChoices());
	}

	/** Serves a request whose caller is known. */
	void serve(HttpServletRequest request, HttpServletResponse response, Caller caller, String token)
			throws IOException {
		Failure failure;
		try {
			failure = answer(request, response, caller, token);
		}
		catch (BodyReader.Unacceptable ex) {
			failure = Failure.of(ex.error());
		}
		catch (MalformedJsonException ex) {
			failure = Failure.of(WireError.invalid("The request is not valid JSON: " + ex.getMessage() + ".", null));
		}
		catch (InvalidRequestException ex) {
			failure = Failure.of(WireError.invalid(String.valueOf(ex.getMessage()), ex.parameter()));
		}
		catch (ProvidersUnknownException ex) {
			failure = Failure.of(Errors.KEY_SERVICE_UNAVAILABLE);
		}
		if (failure != null) {
			this.relays.meters().refused(failure.error().code());
			WireResponse.write(failure, response);
		}
	}

	private @Nullable Failure answer(HttpServletRequest request, HttpServletResponse response, Caller caller,
			String token) throws IOException, BodyReader.Unacceptable, MalformedJsonException, InvalidRequestException {
		try (BodyReader.Body body = this.bodies.read(request)) {
			ChatRequest chat = ChatRequest.scan(body.bytes(), body.length(), this.limits);
			return answer(request, response, caller, token, chat);
		}
	}

	private @Nullable Failure answer(HttpServletRequest request, HttpServletResponse response, Caller caller,
			String token, ChatRequest chat) throws IOException {
		return switch (this.routes.find(caller.userId(), chat.model(), request.getHeader("x-tallygate-agent"))) {
			case Route.UnknownAgent unknown -> Failure.of(Errors.UNKNOWN_AGENT);
			case Route.Unresolved(var why) -> Failure.of(Errors.unresolved(why));
			case Route.Found found -> relay(found, new ChatCall(caller, token, chat, found.agent(),
					request.getHeader("x-tallygate-conversation"), RequestHeaders.of(request), response,
					new RunningCall(caller, token, chat.stream(), this.relays.properties().heartbeat().toNanos())));
		};
	}

	private @Nullable Failure relay(Route.Found route, ChatCall chat) throws IOException {
		if (!mayUse(chat.caller(), route.target())) {
			return Failure.of(Errors.modelNotAllowed(route.target().name()));
		}
		this.relays.retries().callStarted();
		this.running.add(chat.running());
		try {
			Failure first = call(route.target(), chat);
			Failure last = first;
			for (Target fallback : route.fallbacks()) {
				if (last == null || last.again() == Again.NOWHERE) {
					break;
				}
				if (mayUse(chat.caller(), fallback)) {
					last = call(fallback, chat);
				}
			}
			return (last == null) ? null : first;
		}
		finally {
			this.running.remove(chat.running());
			this.relays.retries().callEnded();
		}
	}

	private boolean mayUse(Caller caller, Target target) {
		Set<String> allowed = caller.allowedModels();
		return allowed == null || allowed.contains(target.name())
				|| allowed.stream().anyMatch((name) -> this.routes.means(name, target));
	}

	private @Nullable Failure call(Target target, ChatCall chat) throws IOException {
		Reveal reveal = this.keys.find(chat.caller().userId(), chat.token(), target.provider().name());
		WireError error = Errors.notReleased(reveal, target.provider().name());
		if (error != null || !(reveal instanceof Reveal.Released(ProviderAccess access))) {
			return Failure.of((error != null) ? error : Errors.INTERNAL);
		}
		if (access.dialect() != Dialect.OPENAI) {
			return Failure.of(Errors.NOT_TRANSLATABLE);
		}
		return switch (this.calls.begin(chat.at(target, access))) {
			case Calls.Refused(var refusal) -> Failure.of(Errors.refused(refusal));
			case Calls.Begun(OpenCall call) -> relay(target, chat, access, call);
		};
	}

	private @Nullable Failure relay(Target target, ChatCall chat, ProviderAccess access, OpenCall opened)
			throws IOException {
		try (OpenCall call = opened) {
			Labels labels = new Labels(call.id(), target, access.credential());
			Books books = new Books(call, chat.request(), this.relays.tokenizer(),
					this.relays.properties().maxCountedBody().toBytes());
			TargetCall attempts = new TargetCall(this.relays, chat, target, access, books, labels);
			return attempts
				.run(new AnswerRelay(this.relays, chat, access, call, books, labels, attempts.injectsUsage()));
		}
	}

}
