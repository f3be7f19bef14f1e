package dev.tallygate.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What one meter of a call cost. The charges of a call sum to its cost exactly: what the
 * one rounding at the end leaves over is in the largest of them.
 *
 * @param meter what was used, such as {@code cache_read}
 * @param quantity how much of it
 * @param priceNanos nano-USD per million of it
 * @param multiplier what the product was multiplied by, as {@code 11/10}; null for
 * nothing
 * @param costNanos the cost in nano-USD
 * @param model whose price it is, where the call's own model did not do it; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MeterCharge(String meter, long quantity, long priceNanos, @Nullable String multiplier, NanoUsd costNanos,
		@Nullable String model) {

}
