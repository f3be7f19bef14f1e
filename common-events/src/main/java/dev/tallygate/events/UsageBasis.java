package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Under which conditions a call was served and so priced. Each is null where it is the
 * plain one.
 *
 * @param serviceTier the tier served, such as {@code flex}; not the one asked for
 * @param batch true for a price of batches
 * @param contextTier the threshold that the prompt is past, such as {@code >272000}, or
 * {@code >=200000} where the threshold itself counts
 * @param region where it was served, such as {@code us}
 * @param speed at which speed, such as {@code fast}
 * @param window the time window whose price holds, such as {@code off_peak}
 * @param iterations the runs of models that the call consisted of, where more than one
 * @param fallbacks where there was no price and which was taken for it, as
 * {@code cache_read=input}
 * @param marks what was out of the ordinary with the reported usage: {@code corrected},
 * {@code contradictory}, {@code several}, {@code estimated_split}, {@code completed},
 * {@code refused}
 * @param searchContext how much context its searches of the web took, {@code low} or
 * {@code high}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record UsageBasis(@Nullable String serviceTier, @Nullable Boolean batch, @Nullable String contextTier,
		@Nullable String region, @Nullable String speed, @Nullable String window, @Nullable List<Iteration> iterations,
		@Nullable List<String> fallbacks, @Nullable List<String> marks, @Nullable String searchContext) {

	/** Nothing out of the ordinary. */
	public static final UsageBasis PLAIN = new UsageBasis(null, null, null, null, null, null, null, null, null);

	/** Conditions of a call whose searches, if any, took the usual context. */
	public UsageBasis(@Nullable String serviceTier, @Nullable Boolean batch, @Nullable String contextTier,
			@Nullable String region, @Nullable String speed, @Nullable String window,
			@Nullable List<Iteration> iterations, @Nullable List<String> fallbacks, @Nullable List<String> marks) {
		this(serviceTier, batch, contextTier, region, speed, window, iterations, fallbacks, marks, null);
	}

	/**
	 * One run of a model within a call.
	 *
	 * @param type what for, such as {@code compaction}
	 * @param model which model; null for the call's own
	 * @param quantities how much it used
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	public record Iteration(@Nullable String type, @Nullable String model, Map<String, Long> quantities) {

	}

}
