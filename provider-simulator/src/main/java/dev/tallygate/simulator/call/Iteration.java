package dev.tallygate.simulator.call;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of several passes that made a message, as in
 * {@code advisor_message@claude-opus-4.6:100/20}.
 *
 * @param model null where it is the model of the call
 * @param input tokens in, none of them cached
 * @param output tokens out
 */
public record Iteration(String type, @Nullable String model, long input, long output) {

	private static final Pattern FORM = Pattern.compile("([a-z_]+)(?:@([^:]+))?:(\\d{1,9})/(\\d{1,9})");

	/** The passes of a list with semicolons. */
	public static List<Iteration> list(@Nullable String told) {
		List<Iteration> iterations = new ArrayList<>();
		if (told == null) {
			return iterations;
		}
		for (String one : told.split(";", -1)) {
			Matcher parts = FORM.matcher(one);
			if (!parts.matches()) {
				throw new Refusal(400, "simulator directive iterations is no list of type@model:in/out: " + told);
			}
			iterations.add(new Iteration(parts.group(1), parts.group(2), Long.parseLong(parts.group(3)),
					Long.parseLong(parts.group(4))));
		}
		return iterations;
	}

}
