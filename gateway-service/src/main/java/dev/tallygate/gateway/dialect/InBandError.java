package dev.tallygate.gateway.dialect;

import org.jspecify.annotations.Nullable;

/**
 * An error that a provider told inside an answer whose status promised success.
 *
 * @param status the status it should have had
 * @param code the provider's own code; null when it gave none
 * @param message the provider's own words; null when it gave none
 */
public record InBandError(int status, @Nullable String code, @Nullable String message) {

}
