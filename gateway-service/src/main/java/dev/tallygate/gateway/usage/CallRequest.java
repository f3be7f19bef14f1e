package dev.tallygate.gateway.usage;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.pricing.Attachment;
import dev.tallygate.pricing.Reach;
import java.util.List;
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
 * @param inputTokens the estimated input, from which the call's worst case is made and an
 * abandoned call is charged
 * @param maxOutputTokens the most output tokens of one choice, as the caller or the
 * dialect set it; null when open-ended
 * @param choices how many choices were asked for, at least 1
 * @param attachments what is attached, which {@code inputTokens} leaves out
 * @param reach what the request may be charged for beside plain text
 * @param tags what the caller or the API key names the call by
 * @param repeat whether the client says that it tries again
 */
public record CallRequest(UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType,
		@Nullable AgentId agentId, @Nullable String conversationId, String provider, @Nullable String requestModel,
		String model, Operation operation, boolean streamed, Credential credential, long inputTokens,
		@Nullable Long maxOutputTokens, int choices, List<Attachment> attachments, Reach reach,
		Map<String, String> tags, boolean repeat) {

	/** Longer texts of the caller's are cut to this many characters. */
	public static final int MAX_TEXT = 512;

	public CallRequest {
		conversationId = cut(conversationId);
		model = cutText(model);
		requestModel = cut(requestModel);
		inputTokens = Math.max(0, inputTokens);
		choices = Math.max(1, choices);
		if (maxOutputTokens != null && maxOutputTokens < 0) {
			maxOutputTokens = 0L;
		}
		attachments = List.copyOf(attachments);
		tags = Map.copyOf(tags);
	}

	/** A request for plain text, without tags. */
	public CallRequest(UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType, @Nullable AgentId agentId,
			@Nullable String conversationId, String provider, @Nullable String requestModel, String model,
			Operation operation, boolean streamed, Credential credential, long inputTokens,
			@Nullable Long maxOutputTokens, int choices) {
		this(userId, apiKeyId, keyType, agentId, conversationId, provider, requestModel, model, operation, streamed,
				credential, inputTokens, maxOutputTokens, choices, List.of(), Reach.PLAIN, Map.of(), false);
	}

	/** A request with nothing attached. */
	public CallRequest(UserId userId, @Nullable ApiKeyId apiKeyId, @Nullable KeyType keyType, @Nullable AgentId agentId,
			@Nullable String conversationId, String provider, @Nullable String requestModel, String model,
			Operation operation, boolean streamed, Credential credential, long inputTokens,
			@Nullable Long maxOutputTokens, int choices, Reach reach, Map<String, String> tags, boolean repeat) {
		this(userId, apiKeyId, keyType, agentId, conversationId, provider, requestModel, model, operation, streamed,
				credential, inputTokens, maxOutputTokens, choices, List.of(), reach, tags, repeat);
	}

	/** This request with all of its input told, and all that it may use. */
	public CallRequest estimated(long wholeInputTokens, Reach wholeReach) {
		return new CallRequest(this.userId, this.apiKeyId, this.keyType, this.agentId, this.conversationId,
				this.provider, this.requestModel, this.model, this.operation, this.streamed, this.credential,
				wholeInputTokens, this.maxOutputTokens, this.choices, List.of(), wholeReach, this.tags, this.repeat);
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
