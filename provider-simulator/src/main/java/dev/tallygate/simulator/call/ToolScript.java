package dev.tallygate.simulator.call;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which tools to call in which turn, as in {@code get_weather{"city":"Paris"}+now>add}:
 * {@code +} between calls of one turn, {@code >} between turns.
 */
final class ToolScript {

	private static final String ANY = "*";

	private ToolScript() {
	}

	/**
	 * The calls of one turn. A tool that is not offered is not called, so that the side
	 * questions of an agent, which have its prompt but not its tools, are answered in
	 * words.
	 * @param turn how often tools have answered since the person spoke
	 */
	static List<Part> calls(@Nullable String script, int turn, List<Tool> offered, String idPrefix) {
		List<Part> calls = new ArrayList<>();
		if (script == null || offered.isEmpty()) {
			return calls;
		}
		String[] turns = script.split(">", -1);
		if (turn >= turns.length) {
			return calls;
		}
		for (String call : turns[turn].split("\\+", -1)) {
			int brace = call.indexOf('{');
			String name = (brace < 0) ? call : call.substring(0, brace);
			Optional<Tool> tool = offered.stream()
				.filter((candidate) -> name.equals(ANY) || candidate.name().equals(name))
				.findFirst();
			if (tool.isPresent()) {
				String arguments = (brace < 0) ? tool.get().sampleArguments()
						: URLDecoder.decode(call.substring(brace), StandardCharsets.UTF_8);
				String id = idPrefix + "_" + turn + "_" + calls.size();
				calls.add(Part.ToolUse.of(id, tool.get().name(), tool.get().custom(), arguments));
			}
		}
		return calls;
	}

}
