package dev.tallygate.pricing;

import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.UsageBasis;
import dev.tallygate.events.UsageSettled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a call used, as far as anybody said.
 *
 * @param quantities all of it, by meter
 * @param served under which conditions
 * @param iterations the runs it consisted of, where more than one: their quantities sum
 * to {@code quantities}
 * @param unknown names of reported fields that are not 0 and that nobody here knows
 * @param marks what was wrong with the report
 */
public record Usage(Quantities quantities, Served served, List<Iteration> iterations, Set<String> unknown,
		Set<Mark> marks) {

	/** Nothing was reported. */
	public static final Usage NONE = of(Quantities.NONE);

	/** So many unknown fields are named; a provider does not invent more. */
	private static final int MAX_UNKNOWN = 16;

	/** No picture in any provider's list has fewer tokens. */
	private static final long SMALLEST_PICTURE = 256;

	public Usage {
		iterations = List.copyOf(iterations);
		TreeSet<String> names = new TreeSet<>(unknown);
		while (names.size() > MAX_UNKNOWN) {
			names.pollLast();
		}
		unknown = Collections.unmodifiableSet(names);
		EnumSet<Mark> set = EnumSet.noneOf(Mark.class);
		set.addAll(marks);
		if (quantities.saturated()) {
			set.add(Mark.CORRECTED);
		}
		marks = Collections.unmodifiableSet(set);
	}

	/** What was wrong with a report. */
	public enum Mark {

		/** A count could not be true and was cut. */
		CORRECTED,
		/** Numbers contradicted each other and were reconciled. */
		CONTRADICTORY,
		/** Several reports came and were put together. */
		SEVERAL,
		/**
		 * How a count splits over meters is not reported but follows from the request.
		 */
		ESTIMATED_SPLIT,
		/** One side was reported; the other is estimated. */
		COMPLETED,
		/**
		 * The model declined before it said anything, which its provider charges nothing
		 * for.
		 */
		REFUSED;

		/** Its name on the wire. */
		public String key() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * One run of a model within a call.
	 *
	 * @param type what for, such as {@code compaction}
	 * @param model which model; null for the call's own
	 * @param quantities how much it used
	 */
	public record Iteration(@Nullable String type, @Nullable String model, Quantities quantities) {

		/** The type of a run that answered after another model had declined. */
		public static final String FALLBACK = "fallback_message";

	}

	/** A plain use of these quantities. */
	public static Usage of(Quantities quantities) {
		return new Usage(quantities, Served.PLAIN, List.of(), Set.of(), Set.of());
	}

	/** Text in and out of which nothing more is known; null for what is not known. */
	public static Usage of(@Nullable Long input, @Nullable Long output) {
		return of(Quantities.of(input, output));
	}

	/**
	 * What a settled call used, from what its event says of it; of calls settled before
	 * events told quantities, their totals.
	 */
	public static Usage of(UsageSettled call) {
		Usage usage = of(call.quantities(), call.basis(), call.inputTokens(), call.cacheReadInputTokens(),
				call.cacheWriteInputTokens(), call.outputTokens(), call.reasoningOutputTokens(), call.unpricedMeters());
		return usage.servedAs(usage.served().by(answeredBy(call, usage)));
	}

	/**
	 * A call names a model in its charges where another answered than was called, beside
	 * those that its runs name themselves.
	 */
	private static @Nullable String answeredBy(UsageSettled call, Usage usage) {
		if (call.charges() == null) {
			return null;
		}
		Set<@Nullable String> named = new HashSet<>();
		usage.iterations().forEach((run) -> named.add(run.model()));
		return call.charges()
			.stream()
			.map(MeterCharge::model)
			.filter((model) -> model != null && !named.contains(model))
			.findFirst()
			.orElse(null);
	}

	/**
	 * What a settled call used, from the parts of its event. Reasoning is told apart
	 * again, so that it finds a price of its own that there was none of before.
	 */
	public static Usage of(@Nullable Map<String, Long> quantities, @Nullable UsageBasis basis,
			@Nullable Long inputTokens, @Nullable Long cacheReadTokens, @Nullable Long cacheWriteTokens,
			@Nullable Long outputTokens, @Nullable Long reasoningTokens, @Nullable List<String> unpricedMeters) {
		Quantities used = (quantities != null) ? Quantities.fromMap(quantities)
				: totals(inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens);
		long reasoning = Math.min((reasoningTokens != null) ? reasoningTokens : 0, used.get(Meter.OUTPUT));
		if (reasoning > 0 && !used.has(Meter.REASONING)) {
			used = used.toBuilder()
				.set(Meter.OUTPUT, used.get(Meter.OUTPUT) - reasoning)
				.add(Meter.REASONING, reasoning)
				.build();
		}
		Set<String> unknown = new TreeSet<>();
		if (unpricedMeters != null) {
			unpricedMeters.stream()
				.filter((name) -> Meter.of(name) == null && name.indexOf('@') < 0)
				.forEach(unknown::add);
		}
		if (basis == null) {
			return new Usage(used, Served.PLAIN, List.of(), unknown, Set.of());
		}
		Served served = new Served(basis.serviceTier(), Boolean.TRUE.equals(basis.batch()), basis.region(),
				basis.speed())
			.searching(basis.searchContext());
		List<Iteration> runs = (basis.iterations() == null) ? List.of()
				: basis.iterations()
					.stream()
					.map((run) -> new Iteration(run.type(), run.model(), Quantities.fromMap(run.quantities())))
					.toList();
		return new Usage(used, served, runs, unknown, marksOf(basis));
	}

	private static Quantities totals(@Nullable Long input, @Nullable Long read, @Nullable Long write,
			@Nullable Long output) {
		long cached = (read != null) ? read : 0;
		long written = (write != null) ? write : 0;
		Quantities.Builder totals = Quantities
			.of((input != null) ? Math.max(0, input - cached - written) : null, output)
			.toBuilder();
		if (cached > 0) {
			totals.add(Meter.CACHE_READ, cached);
		}
		if (written > 0) {
			totals.add(Meter.CACHE_WRITE_5M, written);
		}
		return totals.build();
	}

	private static Set<Mark> marksOf(UsageBasis basis) {
		Set<Mark> marks = EnumSet.noneOf(Mark.class);
		if (basis.marks() != null) {
			for (Mark mark : Mark.values()) {
				if (basis.marks().contains(mark.key())) {
					marks.add(mark);
				}
			}
		}
		return marks;
	}

	/** The whole prompt, cached tokens included; null when not reported. */
	public @Nullable Long inputTokens() {
		return this.quantities.inputTokens();
	}

	/** Of the prompt, read from a cache; null when not reported. */
	public @Nullable Long cacheReadTokens() {
		return this.quantities.cacheReadTokens();
	}

	/** Of the prompt, written to a cache; null when not reported. */
	public @Nullable Long cacheWriteTokens() {
		return this.quantities.cacheWriteTokens();
	}

	/** The whole answer, reasoning included; null when not reported. */
	public @Nullable Long outputTokens() {
		return this.quantities.outputTokens();
	}

	/** Of the answer, spent on reasoning; null when not reported. */
	public @Nullable Long reasoningTokens() {
		return this.quantities.reasoningTokens();
	}

	/** Whether both sides of the call were reported. */
	public boolean isWhole() {
		return inputTokens() != null && outputTokens() != null;
	}

	/** Whether a count had to be corrected. */
	public boolean corrected() {
		return this.marks.contains(Mark.CORRECTED) || this.marks.contains(Mark.CONTRADICTORY);
	}

	/** Whether a count was too large to be believed, so that no mean should learn it. */
	public boolean saturated() {
		return this.quantities.saturated();
	}

	/**
	 * This usage with what was not reported filled in from an estimate.
	 * @param input tokens of the prompt; null when it was reported
	 * @param output tokens of the answer; null when it was reported, or there is none
	 */
	public Usage completedBy(@Nullable Long input, @Nullable Long output) {
		Quantities.Builder whole = this.quantities.toBuilder();
		if (input != null) {
			whole.add(Meter.INPUT, input);
		}
		if (output != null) {
			whole.add(Meter.OUTPUT, output);
		}
		Usage completed = new Usage(whole.build(), this.served, List.of(), this.unknown, this.marks);
		return isEmpty() ? completed : completed.marked(Mark.COMPLETED);
	}

	/**
	 * This usage beside an answer that had text: a 0 where there was something is not
	 * reported. Searches and the like are, whatever the tokens say.
	 */
	public Usage besideText() {
		Long output = outputTokens();
		if (output == null || output > 0) {
			return this;
		}
		Long input = inputTokens();
		Quantities.Builder told = Quantities.builder();
		boolean inputToo = input != null && input > 0;
		for (Meter meter : Meter.all()) {
			boolean kept = !meter.isToken() || (inputToo && meter.isInputToken());
			if (kept && this.quantities.has(meter)) {
				told.add(meter, this.quantities.get(meter));
			}
		}
		return new Usage(told.build(), this.served, List.of(), this.unknown, this.marks);
	}

	/**
	 * This usage of a model that makes pictures, where the report does not tell them from
	 * text, as on Google's chat route: what goes well beyond the text that came is
	 * pictures.
	 * @param text about how many tokens the text had that came
	 */
	public Usage withPicturesBeyond(long text) {
		long beyond = this.quantities.get(Meter.OUTPUT) - text;
		boolean told = this.quantities.has(Meter.IMAGE_OUTPUT) || !this.iterations.isEmpty();
		if (told || beyond < SMALLEST_PICTURE || beyond < text) {
			return this;
		}
		Quantities apart = this.quantities.toBuilder().set(Meter.OUTPUT, text).add(Meter.IMAGE_OUTPUT, beyond).build();
		return new Usage(apart, this.served, List.of(), this.unknown, this.marks).marked(Mark.ESTIMATED_SPLIT);
	}

	/** Whether nothing was reported at all. */
	public boolean isEmpty() {
		return this.quantities.isEmpty();
	}

	/**
	 * This usage of one choice and that of another with the same prompt, which is charged
	 * once.
	 */
	public Usage andChoice(Usage other) {
		Quantities.Builder all = this.quantities.toBuilder();
		for (Meter meter : Meter.all()) {
			if (meter.isOutputToken() && other.quantities.has(meter)) {
				all.add(meter, other.quantities.get(meter));
			}
		}
		return new Usage(all.build(), this.served, List.of(), this.unknown, this.marks).marked(Mark.SEVERAL);
	}

	/** This usage with one more mark. */
	public Usage marked(Mark mark) {
		Set<Mark> more = new TreeSet<>(this.marks);
		more.add(mark);
		return new Usage(this.quantities, this.served, this.iterations, this.unknown, more);
	}

	/** This usage under other conditions. */
	public Usage servedAs(Served other) {
		return new Usage(this.quantities, other, this.iterations, this.unknown, this.marks);
	}

	/** This usage and a run beside it, which is charged at its own model. */
	public Usage andRun(Iteration run) {
		List<Iteration> runs = new ArrayList<>(this.iterations);
		if (runs.isEmpty()) {
			runs.add(new Iteration("message", null, this.quantities));
		}
		runs.add(run);
		return new Usage(this.quantities.plus(run.quantities()), this.served, runs, this.unknown, this.marks);
	}

	/** This usage and what else the call used. */
	public Usage plus(Quantities more) {
		if (more.isEmpty()) {
			return this;
		}
		List<Iteration> runs = new ArrayList<>(this.iterations);
		if (!runs.isEmpty()) {
			Iteration first = runs.getFirst();
			runs.set(0, new Iteration(first.type(), first.model(), first.quantities().plus(more)));
		}
		return new Usage(this.quantities.plus(more), this.served, runs, this.unknown, this.marks);
	}

}
