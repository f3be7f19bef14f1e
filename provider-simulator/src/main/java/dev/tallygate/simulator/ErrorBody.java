package dev.tallygate.simulator;

import dev.tallygate.simulator.call.Call;
import dev.tallygate.simulator.call.Directives;
import dev.tallygate.simulator.call.Json;
import dev.tallygate.simulator.call.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The body of an error that was asked for, in the shape that was asked for.
 *
 * @param type its media type
 */
record ErrorBody(String type, String text) {

	static ErrorBody of(Call call, int status, @Nullable String key) {
		Directives told = call.directives();
		String message = "The simulator was told to answer " + status
				+ (told.echo() ? ". You sent Authorization: Bearer " + key : "");
		String quoted = Json.quoted(message);
		String shape = told.value("body");
		return switch ((shape != null) ? shape : "own") {
			case "own" -> json(call.wire().error(status, message, told.value("error-code")));
			case "html" -> new ErrorBody("text/html", "<html><body><h1>" + status + "</h1></body></html>");
			case "empty" -> json("");
			case "plain" -> new ErrorBody("text/plain; charset=utf-8", message);
			case "string" -> json("{\"error\":" + quoted + "}");
			case "message" -> json("{\"message\":" + quoted + "}");
			case "detail" -> json("{\"detail\":" + quoted + "}");
			case "validation" ->
				json("{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"frequency\"],\"msg\":" + quoted
						+ "}]}");
			case "number" -> json("{\"error\":{\"message\":" + quoted + ",\"type\":\"invalid_request_error\",\"code\":"
					+ status + "}}");
			default -> throw new Refusal(400, "simulator directive body has no value " + shape);
		};
	}

	private static ErrorBody json(String text) {
		return new ErrorBody("application/json", text);
	}

}
