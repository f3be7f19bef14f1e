package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of one JSON object of a request. Each is taken by whoever knows what it
 * means; {@link #done()} refuses what nobody took, so that nothing can be dropped in
 * silence.
 */
final class Members {

	private final ObjectNode object;

	private final String path;

	private final LeftOut leftOut;

	private final Set<String> taken = new HashSet<>();

	private Members(ObjectNode object, String path, LeftOut leftOut) {
		this.object = object;
		this.path = path;
		this.leftOut = leftOut;
	}

	/** The members of a whole request. */
	static Members of(ObjectNode object, LeftOut leftOut) {
		return new Members(object, "", leftOut);
	}

	/** The members of a value that must be an object. */
	static Members of(JsonNode value, String path, LeftOut leftOut) throws InvalidRequestException {
		if (value instanceof ObjectNode object) {
			return new Members(object, path, leftOut);
		}
		throw new InvalidRequestException("'" + path + "' must be an object.", path);
	}

	/** Where a member is, as errors name it. */
	String at(String name) {
		return this.path.isEmpty() ? name : this.path + '.' + name;
	}

	/** Where the object is. */
	String path() {
		return this.path;
	}

	LeftOut leftOut() {
		return this.leftOut;
	}

	/** All of it, untouched. */
	ObjectNode raw() {
		return this.object;
	}

	/** A member's value; null when it is absent or null. */
	@Nullable JsonNode take(String name) {
		this.taken.add(name);
		JsonNode value = this.object.get(name);
		return (value == null || value.isNull()) ? null : value;
	}

	JsonNode need(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		if (value == null) {
			throw new InvalidRequestException("'" + at(name) + "' is missing.", at(name));
		}
		return value;
	}

	@Nullable String text(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		if (value == null) {
			return null;
		}
		if (!value.isString()) {
			throw wrong(name, "a string");
		}
		return value.stringValue();
	}

	String neededText(String name) throws InvalidRequestException {
		JsonNode value = need(name);
		if (!value.isString()) {
			throw wrong(name, "a string");
		}
		return value.stringValue();
	}

	@Nullable Boolean flag(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		if (value == null) {
			return null;
		}
		if (!value.isBoolean()) {
			throw wrong(name, "true or false");
		}
		return value.booleanValue();
	}

	boolean flag(String name, boolean otherwise) throws InvalidRequestException {
		Boolean flag = flag(name);
		return (flag != null) ? flag : otherwise;
	}

	@Nullable Long count(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		if (value == null) {
			return null;
		}
		Long count = value.isIntegralNumber() ? Json.count(this.object, name) : null;
		if (count == null) {
			throw wrong(name, "a whole number of at least 0");
		}
		return count;
	}

	@Nullable JsonNode number(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		if (value != null && !value.isNumber()) {
			throw wrong(name, "a number");
		}
		return value;
	}

	@Nullable Members object(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		return (value == null) ? null : of(value, at(name), this.leftOut);
	}

	/** The objects of a list; none when it is absent. */
	List<Members> objects(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		return (value == null) ? List.of() : listOf(value, "a list", at(name), this.leftOut);
	}

	/** The objects of what could have been a text, and is none. */
	static List<Members> listOf(JsonNode value, String path, LeftOut leftOut) throws InvalidRequestException {
		return listOf(value, "a string or a list", path, leftOut);
	}

	private static List<Members> listOf(JsonNode value, String wanted, String path, LeftOut leftOut)
			throws InvalidRequestException {
		if (!value.isArray()) {
			throw new InvalidRequestException("'" + path + "' must be " + wanted + '.', path);
		}
		List<Members> objects = new ArrayList<>(value.size());
		for (JsonNode element : value) {
			objects.add(of(element, path + '[' + objects.size() + ']', leftOut));
		}
		return objects;
	}

	/** A text, or a list of texts. */
	List<String> texts(String name) throws InvalidRequestException {
		JsonNode value = take(name);
		if (value == null) {
			return List.of();
		}
		if (value.isString()) {
			return List.of(value.stringValue());
		}
		List<String> texts = new ArrayList<>();
		for (JsonNode element : value) {
			if (!element.isString()) {
				throw wrong(name, "a string or a list of strings");
			}
			texts.add(element.stringValue());
		}
		if (!value.isArray()) {
			throw wrong(name, "a string or a list of strings");
		}
		return texts;
	}

	/** Leaves members out that only advise, and notes those that are there. */
	void hints(String listedUnder, String... names) {
		for (String name : names) {
			JsonNode value = take(name);
			if (value != null && !isNothing(value)) {
				this.leftOut.add(listedUnder + name);
			}
		}
	}

	/** Members that may stand here as long as they ask for nothing. */
	void nothing(String... names) throws InvalidRequestException {
		for (String name : names) {
			JsonNode value = take(name);
			if (value != null && !isNothing(value)) {
				throw cannotSay(name);
			}
		}
	}

	private static boolean isNothing(JsonNode value) {
		if (value.isContainer()) {
			return value.isEmpty();
		}
		return (value.isBoolean() && !value.booleanValue()) || (value.isNumber() && value.decimalValue().signum() == 0);
	}

	/** Refuses what nobody took. */
	void done() throws InvalidRequestException {
		for (var member : this.object.properties()) {
			if (!this.taken.contains(member.getKey()) && !member.getValue().isNull()) {
				throw cannotSay(nameable(member.getKey()));
			}
		}
	}

	/** A name of the caller's own making is not repeated at any length. */
	private static String nameable(String name) {
		boolean plain = !name.isEmpty() && name.length() <= 64
				&& name.chars().allMatch((c) -> c == '_' || c == '-' || c == '.' || Character.isLetterOrDigit(c));
		return plain ? name : "?";
	}

	InvalidRequestException cannotSay(String name) {
		String at = at(name);
		return InvalidRequestException
			.notTranslatable("'" + at + "' cannot be said to this model's provider: leave it out, "
					+ "or choose a model whose provider speaks this API itself.", at);
	}

	InvalidRequestException wrong(String name, String wanted) {
		return new InvalidRequestException("'" + at(name) + "' must be " + wanted + ".", at(name));
	}

}
