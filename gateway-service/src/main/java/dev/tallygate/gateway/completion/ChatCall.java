package dev.tallygate.gateway.completion;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.dialect.openai.ChatRequest;
import dev.tallygate.gateway.routing.Target;
import dev.tallygate.gateway.usage.CallRequest;
import dev.tallygate.security.caller.Caller;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants, whatever target it ends up at.
 *
 * @param caller who calls
 * @param token what the caller presented
 * @param request what is asked
 * @param agent the agent the caller named
 * @param conversation the conversation the caller named
 * @param headers the caller's headers that go on to providers
 * @param response where the answer goes
 * @param running how other threads see the call
 */
record ChatCall(Caller caller, String token, ChatRequest request, @Nullable AgentId agent,
		@Nullable String conversation, RequestHeaders headers, HttpServletResponse response, RunningCall running) {

	CallRequest at(Target target, ProviderAccess access) {
		return new CallRequest(this.caller.userId(), this.caller.apiKeyId(), this.caller.keyType(), this.agent,
				this.conversation, target.provider().name(), this.request.model(), target.model(), Operation.CHAT,
				this.request.stream(), access.credential(), this.request.inputTokens(), this.request.maxOutputTokens(),
				this.request.choices());
	}

}
