package dev.tallygate.gateway.usage;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.pricing.Demand;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a route knows of a call before it is relayed.
 *
 * @param userId who calls
 * @param apiKeyId with which key; null for a caller with a JWT
 * @param keyType the kind of that key
 * @param agentId the agent named by the caller, if any
 * @param conversationId as the caller names it, at most {@value #MAX_TEXT} characters
 * @param provider configured name of the provider
 * @param requestModel the model as the caller wrote it, at most {@value #MAX_TEXT}
 * characters
 * @param model the provider's model to call, without the provider's name; at most
 * {@value #MAX_TEXT} characters
 * @param operation which wire operation
 * @param streamed whether the answer was asked for as a stream
 * @param credential whose provider key pays
 * @param demand how much it may take
 * @param tags what the caller or the API key names the call by
 * @param repeat whether the client says that it tries again
 */
public record CallRequest(UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType,
		@Nullable AgentId agentId, @Nullable String conversationId, String provider, @Nullable String requestModel,
		String model, Operation operation, boolean streamed, Credential credential, Demand demand,
		Map<String, String> tags, boolean repeat) {

	/** Longer texts of the caller's are cut to this many characters. */
	public static final int MAX_TEXT = 512;

	public CallRequest {
		conversationId = cut(conversationId);
		model = cutText(model);
		requestModel = cut(requestModel);
		tags = Map.copyOf(tags);
	}

	/** This request with all that it may take told. */
	public CallRequest demanding(Demand whole) {
		return new CallRequest(this.userId, this.apiKeyId, this.keyType, this.agentId, this.conversationId,
				this.provider, this.requestModel, this.model, this.operation, this.streamed, this.credential, whole,
				this.tags, this.repeat);
	}

	private static @Nullable String cut(@Nullable String text) {
		return (text != null) ? cutText(text) : null;
	}

	/** No reader of the events takes a longer text, or one with a NUL. */
	private static String cutText(String text) {
		String cut = (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) : text;
		return (cut.indexOf('\0') >= 0) ? cut.replace('\0', '\uFFFD') : cut;
	}

}
