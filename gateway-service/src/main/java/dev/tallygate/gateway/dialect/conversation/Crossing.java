package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.gateway.dialect.Exchange;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.Wire;
import dev.tallygate.gateway.dialect.WireRequest;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two wires between which a conversation can be carried: the caller's and the provider's.
 * Each is a reader and a writer put together, so one more wire is one more pair of them.
 */
@SuppressWarnings("ImmutableEnumChecker") // readers and writers have no state
public enum Crossing {

	/** A caller of chat, a provider of messages. */
	CHAT_TO_MESSAGES(Operation.CHAT, Operation.MESSAGES, new ChatReader(), new MessagesWriter(),
			new MessagesAnswerReader(), new ChatAnswerWriter(), MessagesEventReader::new, ChatEventWriter::new),

	/** A caller of messages, a provider of chat. */
	MESSAGES_TO_CHAT(Operation.MESSAGES, Operation.CHAT, new MessagesReader(), new ChatWriter(), new ChatAnswerReader(),
			new MessagesAnswerWriter(), ChatEventReader::new, MessagesEventWriter::new),

	/** A caller of responses, a provider of messages. */
	RESPONSES_TO_MESSAGES(Operation.RESPONSES, Operation.MESSAGES, new ResponsesReader(), new MessagesWriter(),
			new MessagesAnswerReader(), new ResponsesAnswerWriter(), MessagesEventReader::new,
			ResponsesEventWriter::new),

	/** A caller of responses, a provider of chat. */
	RESPONSES_TO_CHAT(Operation.RESPONSES, Operation.CHAT, new ResponsesReader(), new ChatWriter(),
			new ChatAnswerReader(), new ResponsesAnswerWriter(), ChatEventReader::new, ResponsesEventWriter::new);

	private final Operation caller;

	private final Operation provider;

	private final ConversationReader reader;

	private final ConversationWriter writer;

	private final AnswerReader answerReader;

	private final AnswerWriter answerWriter;

	private final Supplier<EventReader> eventReaders;

	private final BiFunction<AnswerSetting, Keeping, EventWriter> eventWriters;

	Crossing(Operation caller, Operation provider, ConversationReader reader, ConversationWriter writer,
			AnswerReader answerReader, AnswerWriter answerWriter, Supplier<EventReader> eventReaders,
			BiFunction<AnswerSetting, Keeping, EventWriter> eventWriters) {
		this.caller = caller;
		this.provider = provider;
		this.reader = reader;
		this.writer = writer;
		this.answerReader = answerReader;
		this.answerWriter = answerWriter;
		this.eventReaders = eventReaders;
		this.eventWriters = eventWriters;
	}

	/**
	 * Carries a request over.
	 * @param body holds its bytes, from 0
	 * @param length how many
	 * @param model the model by its provider's name
	 * @param longestAnswer the most tokens this model can answer with; null when unknown
	 * @throws InvalidRequestException when it is no request of the caller's wire
	 * @throws InvalidRequestException when the provider's wire has no words for it
	 */
	CrossedRequest request(byte[] body, int length, String model, @Nullable Long longestAnswer)
			throws InvalidRequestException {
		LeftOut leftOut = new LeftOut();
		ObjectNode request = read(body, length);
		Conversation conversation = this.reader.read(Members.of(request, leftOut));
		byte[] written = Json.bytes(this.writer.write(conversation, model, longestAnswer, leftOut));
		return new CrossedRequest(this, written, leftOut.names(), conversation, model, request);
	}

	/**
	 * Carries a request over, for a provider whose wire has its own way to send requests
	 * and to read answers.
	 * @param asked the request as it came
	 * @param wire the provider's
	 * @param limits the limits of requests
	 * @param model the model by its provider's name
	 * @param longestAnswer the most tokens this model can answer with; null when unknown
	 * @param usageWanted whether usage may be asked for in the caller's stead
	 * @throws InvalidRequestException when it cannot be said there
	 */
	public Exchange exchange(WireRequest asked, Wire wire, RequestLimits limits, String model,
			@Nullable Long longestAnswer, boolean usageWanted) throws InvalidRequestException {
		CrossedRequest crossed = request(asked.body(), asked.length(), model, longestAnswer);
		byte[] body = crossed.body();
		try {
			Exchange exchange = wire.read(body, body.length, limits).to(model, usageWanted);
			crossed.letGo();
			return new CrossedExchange(exchange, crossed, asked.inputTokens());
		}
		catch (MalformedJsonException ex) {
			throw InvalidRequestException.notTranslatable("The request nests too deeply for this model's provider.",
					null);
		}
	}

	/** How a caller's wire gets to a provider's; null when it cannot. */
	public static @Nullable Crossing between(Operation caller, Operation provider) {
		for (Crossing crossing : values()) {
			if (crossing.caller == caller && crossing.provider == provider) {
				return crossing;
			}
		}
		return null;
	}

	/** What an answer repeats of its request. */
	ObjectNode kept(ObjectNode request) {
		return (this.caller == Operation.RESPONSES) ? ResponseItems.repeated(request) : Json.object();
	}

	@Nullable Long imposedLimit() {
		return (this.provider == Operation.MESSAGES) ? MessagesWriter.DEFAULT_MAX_TOKENS : null;
	}

	private static ObjectNode read(byte[] body, int length) throws InvalidRequestException {
		try {
			if (Json.request(body, length) instanceof ObjectNode request) {
				return request;
			}
		}
		catch (JacksonException ex) {
			throw new InvalidRequestException("The request is not valid JSON, says a member twice or nests too deeply.",
					null);
		}
		throw new InvalidRequestException("The request must be a JSON object.", null);
	}

	byte[] answer(byte[] body, int from, int length, AnswerSetting setting) throws UnreadableAnswerException {
		ObjectNode answer = Json.objectOrNull(body, from, length);
		if (answer == null) {
			throw new UnreadableAnswerException("no JSON object");
		}
		return Json.bytes(this.answerWriter.write(this.answerReader.read(answer), setting));
	}

	CrossedStream stream(AnswerSetting setting, Keeping keeping) {
		return new CrossedStream(this.eventReaders.get(), this.eventWriters.apply(setting, keeping), keeping);
	}

}
