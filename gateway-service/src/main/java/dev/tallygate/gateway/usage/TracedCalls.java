package dev.tallygate.gateway.usage;

import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.UserId;
import dev.tallygate.security.trace.Span;
import dev.tallygate.security.trace.Tracing;
import dev.tallygate.security.trace.TracingProperties;
import org.jspecify.annotations.Nullable;

/**
 * Makes each call that is opened a span, from its opening to its end, with what it used
 * and cost. Whoever is called within is below it in the trace.
 */
public final class TracedCalls implements Calls {

	private final Calls calls;

	private final Tracing tracing;

	private final TracingProperties.Attributes version;

	private TracedCalls(Calls calls, Tracing tracing, TracingProperties.Attributes version) {
		this.calls = calls;
		this.tracing = tracing;
		this.version = version;
	}

	/** The same calls, traced where traces are collected. */
	public static Calls of(Calls calls, Tracing tracing, TracingProperties properties) {
		return tracing.isOff() ? calls : new TracedCalls(calls, tracing, properties.attributes());
	}

	@Override
	public Begin begin(CallRequest request) {
		return switch (this.calls.begin(request)) {
			case Begun(OpenCall call) -> new Begun(new TracedCall(call, span(call.opened())));
			case Refused refused -> {
				this.tracing.current().put("tallygate.refused_by", refused.refusal().code());
				yield refused;
			}
		};
	}

	private Span span(CallOpened opened) {
		CallRequest asked = opened.request();
		String operation = GenAiAttributes.operation(asked.operation());
		Span span = this.tracing.call(operation + ' ' + asked.model());
		if (span.isRecording()) {
			span.put(GenAiAttributes.OPERATION, operation);
			span.put(GenAiAttributes.provider(this.version), asked.provider());
			span.put(GenAiAttributes.REQUEST_MODEL, asked.model());
			span.put(GenAiAttributes.MAX_TOKENS, asked.demand().maxOutputTokens());
			span.put(GenAiAttributes.CHOICES,
					(asked.demand().choices() > 1) ? Long.valueOf(asked.demand().choices()) : null);
			span.put(GenAiAttributes.CONVERSATION, asked.conversationId());
			span.put(GenAiAttributes.CALL, opened.callId().toString());
			span.put(GenAiAttributes.USER, asked.userId().toString());
			span.put(GenAiAttributes.API_KEY, (asked.apiKeyId() != null) ? asked.apiKeyId().toString() : null);
			span.put(GenAiAttributes.CREDENTIAL, TracedCall.word(asked.credential()));
			span.put(GenAiAttributes.STREAMED, asked.streamed());
		}
		return span;
	}

	@Override
	public void systemKeyRefused(String provider) {
		this.calls.systemKeyRefused(provider);
	}

	@Override
	public void repeating(UserId user, @Nullable ApiKeyId key, int count) {
		this.calls.repeating(user, key, count);
	}

}
