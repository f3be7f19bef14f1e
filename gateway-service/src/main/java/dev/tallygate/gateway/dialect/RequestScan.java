package dev.tallygate.gateway.dialect;

import dev.tallygate.gateway.dialect.JsonScanner.Token;
import dev.tallygate.gateway.dialect.SplicedBody.Splice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * One walk over a request, which notes what every wire has: a model, whether a stream is
 * wanted, a limit on the output. A wire adds its own members.
 *
 * <p>
 * A member that decides over money must mean the same to us and to the provider. So a
 * member given twice is refused, and so is one that differs from a known name by case
 * only: some providers' parsers take {@code "Model"} for {@code "model"}.
 */
public abstract class RequestScan {

	/** Holds the request, from 0. */
	protected byte[] body;

	/** Walks over it. */
	protected JsonScanner json;

	/** What is accepted. */
	protected final RequestLimits limits;

	/** What costs beside the text. */
	protected final InputNotes notes = new InputNotes();

	/** The estimate so far. */
	protected long inputTokens;

	private final List<String> governed;

	private final Set<String> seen = new HashSet<>();

	private @Nullable String model;

	private int modelFrom = -1;

	private int modelTo;

	private boolean stream;

	private @Nullable Long maxOutputTokens;

	private int membersFrom;

	private int membersTo;

	/**
	 * A walk that has not begun.
	 * @param governed the members that decide over anything here
	 */
	protected RequestScan(byte[] body, int length, RequestLimits limits, List<String> governed) {
		this.body = body;
		this.json = new JsonScanner(body, 0, length, limits.maxDepth());
		this.limits = limits;
		this.governed = governed;
	}

	/** Walks over the request. */
	public void run() throws MalformedJsonException, InvalidRequestException {
		if (this.json.next() != Token.OBJECT_START) {
			throw new InvalidRequestException("The request must be a JSON object.", null);
		}
		this.membersFrom = this.json.end();
		while (this.json.next() == Token.KEY) {
			String name = name();
			switch (name) {
				case "model" -> readModel();
				case "stream" -> this.stream = flag("stream");
				default -> {
					if (!this.notes.member(name, this.json)) {
						member(name);
					}
				}
			}
			this.membersTo = this.json.end();
		}
		this.json.next();
		check();
	}

	/** Reads the value of a member, or passes it by. */
	protected abstract void member(String name) throws MalformedJsonException, InvalidRequestException;

	/** Looks whether something is missing. */
	protected abstract void check() throws InvalidRequestException;

	private String name() throws InvalidRequestException {
		String name = this.json.text();
		String known = known(name);
		if (!this.seen.add(name)) {
			throw new InvalidRequestException("A member of the request is given twice.", known);
		}
		if (this.seen.size() > this.limits.maxMembers()) {
			throw new InvalidRequestException("The request has more than " + this.limits.maxMembers() + " members.",
					null);
		}
		if (known != null && !known.equals(name)) {
			throw new InvalidRequestException("A member's name differs from '" + known + "' by case only.", known);
		}
		return name;
	}

	private @Nullable String known(String name) {
		for (String each : this.governed) {
			if (each.equalsIgnoreCase(name)) {
				return each;
			}
		}
		return null;
	}

	private void readModel() throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token != Token.STRING && token != Token.NULL) {
			throw wrongType("model", "a string");
		}
		this.model = (token == Token.STRING) ? this.json.text() : null;
		this.modelFrom = this.json.start();
		this.modelTo = this.json.end();
	}

	/** A member that is true or false. */
	protected final boolean flag(String name) throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token != Token.TRUE && token != Token.FALSE && token != Token.NULL) {
			throw wrongType(name, "true or false");
		}
		return token == Token.TRUE;
	}

	/** A member that limits the output; of several the largest is meant. */
	protected final void limit(String name) throws MalformedJsonException, InvalidRequestException {
		Token token = this.json.skipValue();
		if (token == Token.NULL) {
			return;
		}
		long tokens = (token == Token.NUMBER) ? this.json.wholeNumber() : -1;
		if (tokens < 0) {
			throw wrongType(name, "a whole number of at least 0");
		}
		// Some servers answer a token to 0.
		long known = (this.maxOutputTokens != null) ? this.maxOutputTokens : 1;
		this.maxOutputTokens = Math.max(known, tokens);
	}

	/** Counts the next value as the text that it is written in. */
	protected final void written() throws MalformedJsonException {
		this.json.skipValue();
		this.inputTokens += TokenEstimate.of(this.body, this.json.start(), this.json.end());
	}

	/** The tools, some of which the provider may run itself. */
	protected final void tools() throws MalformedJsonException {
		written();
		this.notes.tools(this.body, this.json.start(), this.json.end());
	}

	/** The texts in the next value, and what is attached. */
	protected final void texts() throws MalformedJsonException {
		this.inputTokens += InputTexts.estimate(this.json, this.body, this.notes);
	}

	/** What costs beside the text. */
	public final InputNotes notes() {
		return this.notes;
	}

	/** What to say of a member of the wrong kind. */
	protected static InvalidRequestException wrongType(String name, String wanted) {
		return new InvalidRequestException("'" + name + "' must be " + wanted + ".", name);
	}

	/** Whether the request has this member. */
	protected final boolean has(String name) {
		return this.seen.contains(name);
	}

	/** The model as the caller wrote it; null when absent. */
	public final @Nullable String model() {
		return this.model;
	}

	/** Whether a stream is wanted. */
	public final boolean stream() {
		return this.stream;
	}

	/** The limit on the output; null when there is none. */
	public final @Nullable Long maxOutputTokens() {
		return this.maxOutputTokens;
	}

	/** About how many tokens go in. */
	public final long inputTokens() {
		return this.inputTokens;
	}

	/** Where the last member ends. */
	protected final int membersTo() {
		return this.membersTo;
	}

	/** Keeps the request's bytes no longer; what was found in them stays. */
	public final void letGo() {
		this.body = new byte[0];
		this.json = new JsonScanner(this.body, 0, 0, 1);
	}

	/** What to change so that the provider's own name for the model is asked for. */
	public final List<Splice> modelSplice(String wanted) {
		if (wanted.equals(this.model)) {
			return List.of();
		}
		String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(wanted)) + '"';
		return List.of((this.modelFrom >= 0) ? Splice.of(this.modelFrom, this.modelTo, quoted)
				: Splice.of(this.membersFrom, this.membersFrom, "\"model\":" + quoted + ','));
	}

}
