package dev.tallygate.gateway.dialect.conversation;

import dev.tallygate.gateway.dialect.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What chat and responses have in common.
 */
final class OpenAiMembers {

	private OpenAiMembers() {
	}

	static Sampling sampling(Members request) throws InvalidRequestException {
		return new Sampling(request.number("temperature"), request.number("top_p"), request.number("top_k"));
	}

	/**
	 * Whether the provider's standard tier alone is wanted. A cheaper or a faster one is
	 * about money, so it is never left out.
	 */
	static boolean standardTier(Members request) throws InvalidRequestException {
		String tier = request.text("service_tier");
		if (tier == null || tier.equals("auto")) {
			return false;
		}
		if (tier.equals("default")) {
			return true;
		}
		throw request.cannotSay("service_tier");
	}

	static @Nullable Reasoning reasoning(Members holder, String name) throws InvalidRequestException {
		String word = holder.text(name);
		if (word == null) {
			return null;
		}
		Reasoning.Effort effort = Reasoning.Effort.named(word);
		if (effort == null) {
			throw holder.wrong(name, "none, minimal, low, medium, high, xhigh or max");
		}
		return new Reasoning(effort, null, holder.at(name));
	}

	/** A {@code json_schema} whose members stand in {@code holder}. */
	static OutputFormat.Schema schema(Members holder) throws InvalidRequestException {
		String name = holder.text("name");
		String description = holder.text("description");
		JsonNode schema = holder.need("schema");
		if (!schema.isObject()) {
			throw holder.wrong("schema", "an object");
		}
		boolean strict = holder.flag("strict", false);
		holder.done();
		return new OutputFormat.Schema((name != null) ? name : "answer", description, schema, strict);
	}

	/** The user of the request, by either of the names it has had. */
	static @Nullable String user(Members request) throws InvalidRequestException {
		String user = request.text("user");
		String identifier = request.text("safety_identifier");
		return (identifier != null) ? identifier : user;
	}

	/** A function, of which chat and responses differ only in where it stands. */
	static Tool function(Members function) throws InvalidRequestException {
		String name = function.neededText("name");
		String description = function.text("description");
		JsonNode schema = function.take("parameters");
		if (schema != null && !schema.isObject()) {
			throw function.wrong("parameters", "an object");
		}
		boolean strict = function.flag("strict", false);
		function.done();
		return Tool.of(name, description, schema, strict, false);
	}

	/** A tool that takes any text, with the grammar it should follow told in words. */
	static Tool custom(Members custom) throws InvalidRequestException {
		String name = custom.neededText("name");
		String description = custom.text("description");
		StringBuilder words = new StringBuilder((description != null) ? description : "");
		Members format = custom.object("format");
		if (format != null && "grammar".equals(format.text("type"))) {
			Members inner = format.object("grammar");
			Members grammar = (inner != null) ? inner : format;
			words.append("\n\nThe input must follow this ")
				.append(grammar.neededText("syntax"))
				.append(" grammar:\n")
				.append(grammar.neededText("definition"));
			grammar.done();
		}
		if (format != null) {
			format.done();
		}
		custom.done();
		return Tool.of(name, words.toString(), null, false, true);
	}

	static ToolChoice choice(String word, Members request) throws InvalidRequestException {
		return switch (word) {
			case "auto" -> new ToolChoice.Auto();
			case "none" -> new ToolChoice.None();
			case "required" -> new ToolChoice.Any();
			default -> throw request.wrong("tool_choice", "auto, none, required or a tool");
		};
	}

}
