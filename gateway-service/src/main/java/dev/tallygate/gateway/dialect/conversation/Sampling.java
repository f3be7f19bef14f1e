package dev.tallygate.gateway.dialect.conversation;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * How the next token is drawn; null for what the caller left to the provider.
 *
 * @param temperature a number
 * @param topP a number
 * @param topK a number
 */
record Sampling(@Nullable JsonNode temperature, @Nullable JsonNode topP, @Nullable JsonNode topK) {

}
