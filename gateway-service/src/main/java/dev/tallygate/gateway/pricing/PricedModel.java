package dev.tallygate.gateway.pricing;

/**
 * A model of a provider and what it costs.
 *
 * @param provider configured name of the provider, such as {@code openai}
 * @param model the provider's name for it, or {@link PriceTable#ANY_MODEL}
 * @param price what it costs
 */
public record PricedModel(String provider, String model, ModelPrice price) {

}
