package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.InputNotes;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.JsonScanner;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.TokenEstimate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One walk over a chat completion request.
 *
 * <p>
 * A member that decides over money must mean the same to us and to the provider. So a
 * member given twice is refused, and so is one that differs from a known name by case
 * only: some providers' parsers take {@code "Model"} for {@code "model"}.
 */
final class ChatRequestScan {

	private static final List<String> GOVERNED = List.of("model", "stream", "stream_options", "max_tokens",
			"max_completion_tokens", "n", "messages");

	private byte[] body;

	private JsonScanner json;

	private final RequestLimits limits;

	private final Set<String> seen = new HashSet<>();

	@Nullable String model;

	int modelFrom = -1;

	int modelTo;

	boolean stream;

	boolean includeUsage;

	int includeUsageFrom = -1;

	int includeUsageTo;

	/** The value of {@code stream_options}, when there is one, null included. */
	int optionsFrom = -1;

	int optionsTo;

	int optionsMembers;

	@Nullable Long maxOutputTokens;

	int choices = 1;

	long inputTokens;

	final InputNotes notes = new InputNotes();

	/** Where the first member begins and where the last one ends. */
	int membersFrom;

	int membersTo;

	private boolean messages;

	ChatRequestScan(byte[] body, int length, RequestLimits limits) {
		this.body = body;
		this.json = new JsonScanner(body, 0, length, limits.maxDepth());
		this.limits = limits;
	}

	void run() throws MalformedJsonException, InvalidRequestException {
		if (this.json.next() != Token.OBJECT_START) {
			throw new InvalidRequestException("The request must be a JSON object.", null);
		}
		this.membersFrom = this.json.end();
		while (this.json.next() == Token.KEY) {
			member(nameOf());
			this.membersTo = this.json.end();
		}
		this.json.next();
		if (!this.messages) {
			throw new InvalidRequestException("'messages' is missing: give the conversation as a list.", "messages");
		}
	}

	private String nameOf() throws InvalidRequestException {
		String name = this.json.text();
		if (!this.seen.add(name)) {
			throw new InvalidRequestException("A member of the request is given twice.", known(name));
		}
		if (this.seen.size() > this.limits.maxMembers()) {
			throw new InvalidRequestException("The request has more than " + this.limits.maxMembers() + " members.",
					null);
		}
		String known = known(name);
		if (known != null && !known.equals(name)) {
			throw new InvalidRequestException("A member's name differs from '" + known + "' by case only.", known);
		}
		return name;
	}

	private static @Nullable String known(String name) {
		for (String governed : GOVERNED) {
			if (governed.equalsIgnoreCase(name)) {
				return governed;
			}
		}
		return null;
	}

	private void member(String name) throws MalformedJsonException, InvalidRequestException {
		switch (name) {
			case "model" -> model();
			case "stream" -> this.stream = flag("stream");
			case "stream_options" -> streamOptions();
			case "max_tokens", "max_completion_tokens" -> maxTokens(name);
			case "n" -> choices();
			case "messages" -> messages();
			case "tools" -> {
				schema();
				this.notes.tools(this.body, this.json.start(), this.json.end());
			}
			case "functions", "response_format" -> schema();
			default -> {
				if (!this.notes.member(name, this.json)) {
					this.json.skipValue();
				}
			}
		}
	}

	private void model() throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token != Token.STRING && token != Token.NULL) {
			throw wrongType("model", "a string");
		}
		this.model = (token == Token.STRING) ? this.json.text() : null;
		this.modelFrom = this.json.start();
		this.modelTo = this.json.end();
	}

	private boolean flag(String name) throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token != Token.TRUE && token != Token.FALSE && token != Token.NULL) {
			throw wrongType(name, "true or false");
		}
		return token == Token.TRUE;
	}

	private void streamOptions() throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.next();
		this.optionsFrom = this.json.start();
		if (token == Token.OBJECT_START) {
			Set<String> names = new HashSet<>();
			while (this.json.next() == Token.KEY) {
				option(names);
			}
		}
		else if (token != Token.NULL) {
			throw wrongType("stream_options", "an object");
		}
		this.optionsTo = this.json.end();
	}

	private void option(Set<String> names) throws MalformedJsonException, InvalidRequestException {
		String name = this.json.text();
		if (!names.add(name) || (!"include_usage".equals(name) && "include_usage".equalsIgnoreCase(name))) {
			throw new InvalidRequestException("A member of 'stream_options' is given twice.", "stream_options");
		}
		this.optionsMembers++;
		if (this.optionsMembers > this.limits.maxMembers()) {
			throw new InvalidRequestException("'stream_options' has too many members.", "stream_options");
		}
		if ("include_usage".equals(name)) {
			this.includeUsage = flag("stream_options.include_usage");
			this.includeUsageFrom = this.json.start();
			this.includeUsageTo = this.json.end();
		}
		else {
			this.json.skipValue();
		}
	}

	private void maxTokens(String name) throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token == Token.NULL) {
			return;
		}
		long tokens = (token == Token.NUMBER) ? this.json.wholeNumber() : -1;
		if (tokens < 0) {
			throw wrongType(name, "a whole number of at least 0");
		}
		this.maxOutputTokens = (this.maxOutputTokens == null) ? tokens : Math.max(this.maxOutputTokens, tokens);
	}

	private void choices() throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token == Token.NULL) {
			return;
		}
		long n = (token == Token.NUMBER) ? this.json.wholeNumber() : -1;
		if (n < 1 || n > this.limits.maxChoices()) {
			throw wrongType("n", "a whole number from 1 to " + this.limits.maxChoices());
		}
		this.choices = (int) n;
	}

	private void messages() throws MalformedJsonException, InvalidRequestException {
		if (this.json.next() != Token.ARRAY_START) {
			throw wrongType("messages", "a list");
		}
		this.messages = true;
		int inside = this.json.depth();
		String type = null;
		String key = "";
		while (true) {
			Token token = this.json.next();
			if (token == Token.ARRAY_END && this.json.depth() < inside) {
				return;
			}
			if (token == Token.OBJECT_START && this.json.depth() == inside + 1) {
				this.inputTokens += TokenEstimate.PER_MESSAGE;
			}
			else if (token == Token.STRING) {
				type = "type".equals(key) ? this.json.text() : type;
				this.inputTokens += TokenEstimate.of(this.body, this.json.start() + 1, this.json.end() - 1);
			}
			else if (token == Token.KEY) {
				key = this.json.text();
				this.notes.key(this.json, this.body);
				if (InputNotes.isPlace(this.json)) {
					this.inputTokens += this.notes.attachment(key, type, this.json, this.body);
				}
			}
		}
	}

	private void schema() throws MalformedJsonException {
		this.json.skipValue();
		this.inputTokens += TokenEstimate.of(this.body, this.json.start(), this.json.end());
	}

	private static InvalidRequestException wrongType(String name, String wanted) {
		return new InvalidRequestException("'" + name + "' must be " + wanted + ".", name);
	}

	/** Keeps the request's bytes no longer; what was found in them stays. */
	void letGo() {
		this.body = new byte[0];
		this.json = new JsonScanner(this.body, 0, 0, 1);
	}

}
