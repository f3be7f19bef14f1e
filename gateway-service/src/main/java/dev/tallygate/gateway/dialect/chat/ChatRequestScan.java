package dev.tallygate.gateway.dialect.chat;

import dev.tallygate.gateway.dialect.InputNotes;
import dev.tallygate.gateway.dialect.InputTexts;
import dev.tallygate.gateway.dialect.InvalidRequestException;
import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.MalformedJsonException;
import dev.tallygate.gateway.dialect.RequestLimits;
import dev.tallygate.gateway.dialect.RequestScan;
import dev.tallygate.gateway.dialect.TokenEstimate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One walk over a chat completion request.
 */
final class ChatRequestScan extends RequestScan {

	boolean includeUsage;

	int includeUsageFrom = -1;

	int includeUsageTo;

	/** The value of {@code stream_options}, when there is one, null included. */
	int optionsFrom = -1;

	int optionsTo;

	int optionsMembers;

	int choices = 1;

	ChatRequestScan(byte[] body, int length, RequestLimits limits) {
		super(body, length, limits,
				List.of("model", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n", "messages"));
	}

	@Override
	protected void member(String name) throws MalformedJsonException, InvalidRequestException {
		switch (name) {
			case "stream_options" -> streamOptions();
			case "max_tokens", "max_completion_tokens" -> limit(name);
			case "n" -> choices();
			case "messages" -> messages();
			case "tools" -> tools();
			case "functions", "response_format" -> written();
			default -> this.json.skipValue();
		}
	}

	@Override
	protected void check() throws InvalidRequestException {
		if (!has("messages")) {
			throw new InvalidRequestException("'messages' is missing: give the conversation as a list.", "messages");
		}
	}

	/** Where something may be put behind the last member. */
	int end() {
		return membersTo();
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
				if (InputTexts.isFree(key)) {
					this.inputTokens += InputTexts.free(this.json, this.body);
				}
				else if (!this.notes.cacheControl(this.json) && InputNotes.isPlace(this.json)) {
					this.inputTokens += this.notes.attachment(key, type, this.json, this.body);
				}
			}
		}
	}

}
