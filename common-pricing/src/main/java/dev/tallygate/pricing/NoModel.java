package dev.tallygate.pricing;

import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells rows that no provider takes a call for under their name. Published lists have
 * them for their own ends: beginnings of names, prices of a region or of a commitment
 * under a path, what another host calls a model, names for whatever is newest, tools.
 * They price what they say, and nobody is shown them among what can be called.
 */
final class NoModel {

	/** What calls of the four wires are not priced by, or not alone. */
	private static final Set<Meter> BESIDE = EnumSet.of(Meter.WEB_SEARCH, Meter.WEB_FETCH, Meter.FILE_SEARCH,
			Meter.CODE_SESSION, Meter.MAPS, Meter.SECOND_INPUT, Meter.SECOND_OUTPUT);

	/** What OpenRouter puts behind names, which nobody else knows. */
	private static final Pattern VARIANT = Pattern
		.compile(".*:(?:beta|exacto|extended|floor|free|nitro|online|thinking)");

	/** LiteLLM sends the newest model's own name in its place. */
	private static final String NEWEST = "-latest";

	/** A maker comes first, or it is the full name of a resource. */
	private static final Pattern OF_BEDROCK = Pattern.compile("arn:.*|(?:[a-z0-9-]+\\.)+[a-z][^/@]*");

	/** OpenRouter's words and their order; Google's have the number first. */
	private static final Pattern KIND_FIRST = Pattern.compile("gemini-(?:(?:flash|pro)-\\d|gemma-).*");

	/** OpenRouter's order of words; OpenAI's has the number last. */
	private static final Pattern NUMBER_FIRST = Pattern.compile("gpt-[\\d.]+-image.*");

	private NoModel() {
	}

	static boolean is(PriceRow row) {
		if (PriceRow.ANY_MODEL.equals(row.model())) {
			return false;
		}
		return (row.aliasOf() != null && row.model().endsWith(NEWEST))
				|| isNoName(ProviderNames.published(row.provider()), row.model())
				|| row.cells().stream().allMatch((cell) -> BESIDE.contains(cell.meter()));
	}

	private static boolean isNoName(String provider, String model) {
		if (!Character.isLetterOrDigit(model.charAt(model.length() - 1)) || model.indexOf('*') >= 0) {
			return true;
		}
		return switch (provider) {
			case "openrouter" -> false;
			case "azure", "azure_ai" -> model.indexOf('/') >= 0 || isVariant(model);
			case "bedrock" -> !OF_BEDROCK.matcher(model).matches();
			case "gemini" -> model.startsWith("claude-") || KIND_FIRST.matcher(model).matches() || isVariant(model);
			case "openai" -> NUMBER_FIRST.matcher(model).matches() || isVariant(model);
			default -> isVariant(model);
		};
	}

	private static boolean isVariant(String model) {
		return VARIANT.matcher(model).matches();
	}

}
