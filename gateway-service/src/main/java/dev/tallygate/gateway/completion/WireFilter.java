package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.access.PresentedKey;
import dev.tallygate.security.caller.Caller;
import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves everything under {@code /v1} and passes nothing on. It is a filter, ahead of all
 * others, and not a servlet so that the filters for our own REST stay mapped to every
 * path, which is the safe default, and yet cost a chat call nothing.
 */
final class WireFilter extends HttpFilter {

	private static final long serialVersionUID = 1L;

	private static final Logger LOG = LoggerFactory.getLogger(WireFilter.class);

	private static final String CHAT = "/v1/chat/completions";

	private final transient Introspection introspection;

	private final transient ChatCompletions chat;

	private final transient ModelRoutes models;

	WireFilter(Introspection introspection, ChatCompletions chat, ModelRoutes models) {
		this.introspection = introspection;
		this.chat = chat;
		this.models = models;
	}

	@Override
	protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws IOException {
		String token = PresentedKey.of(request);
		IntrospectionOutcome outcome = (token != null) ? this.introspection.introspect(token)
				: new IntrospectionOutcome.Inactive();
		switch (outcome) {
			case IntrospectionOutcome.Active(Caller caller) -> serve(request, response, caller, String.valueOf(token));
			case IntrospectionOutcome.Inactive inactive -> refuse(Errors.INVALID_API_KEY, request, response);
			case IntrospectionOutcome.Unavailable unavailable ->
				refuse(Errors.KEY_SERVICE_UNAVAILABLE, request, response);
		}
	}

	/** In the envelope of whoever asks. */
	private static void refuse(WireError error, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		if (ModelRoutes.isAnthropic(request)) {
			WireResponse.writeAnthropic(error, response);
		}
		else {
			WireResponse.write(error, response);
		}
	}

	private void serve(HttpServletRequest request, HttpServletResponse response, Caller caller, String token)
			throws IOException {
		String path = request.getRequestURI();
		boolean chatting = CHAT.equals(path);
		if (!chatting && !ModelRoutes.serves(path)) {
			WireResponse.write(WireError.of(404, "not_found", "There is nothing at this path."), response);
			return;
		}
		String method = chatting ? "POST" : "GET";
		if (!method.equals(request.getMethod())) {
			response.setHeader("Allow", method);
			WireResponse.write(WireError.of(405, "invalid_request", "Use " + method + " at this path."), response);
			return;
		}
		try {
			if (chatting) {
				this.chat.serve(request, response, caller, token);
			}
			else {
				this.models.serve(request, response, caller, token);
			}
		}
		catch (RuntimeException ex) {
			failed(response, ex);
		}
	}

	/** The message of a failure may quote a request; its kind and place do not. */
	private static void failed(HttpServletResponse response, RuntimeException ex) throws IOException {
		StackTraceElement[] frames = ex.getStackTrace();
		LOG.error("A call failed inside the gateway: {} at {}", ex.getClass().getName(),
				(frames.length > 0) ? frames[0] : "?");
		if (response.isCommitted()) {
			throw new AnswerRelay.TruncatedAnswer();
		}
		response.reset();
		WireResponse.write(Errors.INTERNAL, response);
	}

}
