package dev.tallygate.pricing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Under which conditions a call was served, as the answer says. Each is null where it is
 * the plain one.
 *
 * @param serviceTier such as {@code flex} or {@code priority}
 * @param batch whether it was part of a batch
 * @param region such as {@code us}
 * @param speed such as {@code fast}
 * @param model the model that answered, by its own name
 * @param searchContext how much context searches of the web took, {@code low} or
 * {@code high}
 */
public record Served(@Nullable String serviceTier, boolean batch, @Nullable String region, @Nullable String speed,
		@Nullable String model, @Nullable String searchContext) {

	/** Nothing out of the ordinary. */
	public static final Served PLAIN = new Served(null, false, null, null, null, null);

	/** No provider's word is longer. */
	private static final int MAX_LENGTH = 32;

	public Served {
		String tier = word(serviceTier);
		batch = batch || "batch".equals(tier);
		serviceTier = (tier == null) ? null : switch (tier) {
			case "default", "standard", "auto", "standard_only", "batch", "scale", "on_demand" -> null;
			case "fast" -> "priority";
			default -> tier;
		};
		region = plainIf(word(region), "global", "default", "not_available");
		speed = plainIf(word(speed), "standard", "default", "normal");
		searchContext = plainIf(word(searchContext), "medium");
	}

	/** Conditions of which model answered nobody says. */
	public Served(@Nullable String serviceTier, boolean batch, @Nullable String region, @Nullable String speed) {
		this(serviceTier, batch, region, speed, null, null);
	}

	private static @Nullable String word(@Nullable String text) {
		if (text == null || text.isBlank() || text.length() > MAX_LENGTH) {
			return null;
		}
		String word = text.strip().toLowerCase(Locale.ROOT);
		return word.chars().allMatch((c) -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')
				? word : null;
	}

	private static @Nullable String plainIf(@Nullable String word, String... plain) {
		for (String each : plain) {
			if (each.equals(word)) {
				return null;
			}
		}
		return word;
	}

	/** The conditions of this tier. */
	public static Served tier(@Nullable String serviceTier) {
		return new Served(serviceTier, false, null, null);
	}

	/** These conditions, with searches that took so much context. */
	public Served searching(@Nullable String context) {
		return new Served(this.serviceTier, this.batch, this.region, this.speed, this.model, context);
	}

	/** These conditions, of this model. */
	public Served by(@Nullable String servedModel) {
		return new Served(this.serviceTier, this.batch, this.region, this.speed, servedModel, this.searchContext);
	}

	/** These conditions, and what the other says where these say nothing. */
	public Served or(Served other) {
		return new Served((this.serviceTier != null) ? this.serviceTier : other.serviceTier, this.batch || other.batch,
				(this.region != null) ? this.region : other.region, (this.speed != null) ? this.speed : other.speed,
				(this.model != null) ? this.model : other.model,
				(this.searchContext != null) ? this.searchContext : other.searchContext);
	}

}
