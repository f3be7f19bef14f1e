package dev.tallygate.gateway.completion;

import dev.tallygate.events.CallId;
import dev.tallygate.gateway.access.ProviderAccess;
import dev.tallygate.gateway.completion.answer.AnswerHeaders;
import dev.tallygate.gateway.dialect.Redaction;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.http.CallerRequest;
import dev.tallygate.gateway.provider.Dialect;
import dev.tallygate.gateway.provider.UpstreamRequest.Field;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of the caller's headers matters. A provider gets the few that its wire knows, the
 * credential and the call's id. Nothing else of the caller's goes on, least of all what
 * tells who it is.
 *
 * @param passed those that a provider of the same wire gets
 * @param beta whether the caller asked for the wire's beta by query
 * @param conversation as the caller names it; null when it does not
 * @param repeated whether an SDK says that it sends this again
 */
public record RequestHeaders(List<Field> passed, boolean beta, @Nullable String conversation, boolean repeated) {

	/** What agents call a session, where they do not know our header. */
	private static final List<String> CONVERSATIONS = List.of("x-tallygate-conversation", "x-claude-code-session-id",
			"session-id", "thread-id", "x-session-id");

	private static final Field JSON = new Field("Content-Type", "application/json");

	private static final Field ACCEPT = new Field("Accept", "application/json, text/event-stream");

	private static final Field PLAIN = new Field("Accept-Encoding", "identity");

	private static final Field AGENT = new Field("User-Agent", "Tallygate");

	private static final Field ANTHROPIC_VERSION = new Field("anthropic-version", "2023-06-01");

	public static RequestHeaders of(CallerRequest request, Wire wire) {
		List<Field> passed = new ArrayList<>(2);
		for (String name : wire.passedHeaders()) {
			for (String value : request.headers(name)) {
				if (AnswerHeaders.isSafe(value, Redaction.NONE)) {
					passed.add(new Field(name, value));
				}
			}
		}
		return new RequestHeaders(passed, "beta=true".equals(request.query()), conversation(request),
				isRepeat(request.header("x-stainless-retry-count")));
	}

	/** The agent that the caller names, by id or by name; null when none. */
	public static @Nullable String agent(CallerRequest request) {
		return request.header("x-tallygate-agent");
	}

	/** The tags that the caller gives, in as many headers as it likes; null when none. */
	public static @Nullable String tags(CallerRequest request) {
		List<String> values = request.headers("x-tallygate-tags");
		return values.isEmpty() ? null : text(String.join(",", values));
	}

	private static @Nullable String conversation(CallerRequest request) {
		for (String name : CONVERSATIONS) {
			String value = request.header(name);
			if (value != null && !value.isBlank()) {
				return text(value);
			}
		}
		return null;
	}

	/**
	 * What a header says. The container takes each byte for a character, while clients
	 * write UTF-8.
	 */
	private static String text(String header) {
		if (header.chars().allMatch((c) -> c < 0x80)) {
			return header;
		}
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)))
				.toString();
		}
		catch (CharacterCodingException ex) {
			return header;
		}
	}

	private static boolean isRepeat(@Nullable String count) {
		return count != null && count.length() <= 6 && count.matches("[0-9]*[1-9][0-9]*");
	}

	/** The query a provider gets. */
	public String query(boolean sameWire) {
		return (sameWire && this.beta) ? "?beta=true" : "";
	}

	/** The headers a provider gets. */
	public List<Field> at(ProviderAccess access, CallId callId, boolean sameWire) {
		List<Field> fields = new ArrayList<>(9);
		fields.add(JSON);
		fields.add(ACCEPT);
		fields.add(PLAIN);
		fields.add(AGENT);
		fields.add(new Field("x-client-request-id", callId.toString()));
		boolean anthropic = access.dialect() == Dialect.ANTHROPIC;
		if (access.key() != null) {
			fields.add(access.key()
				.useText((key) -> anthropic ? new Field("x-api-key", key)
						: new Field("Authorization", "Bearer " + key)));
		}
		if (sameWire) {
			fields.addAll(this.passed);
		}
		if (anthropic && fields.stream().noneMatch((field) -> ANTHROPIC_VERSION.name().equals(field.name()))) {
			fields.add(ANTHROPIC_VERSION);
		}
		return fields;
	}

}
