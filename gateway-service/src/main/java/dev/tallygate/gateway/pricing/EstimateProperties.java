package dev.tallygate.gateway.pricing;

import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.Reach;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What calls are taken for of which the request does not tell enough.
 *
 * @param unknownAttachmentTokens tokens for an attachment that is elsewhere and whose
 * size nobody here knows; 0 for the model's context window
 * @param toolUses how often a tool that the provider runs may be used in one call, where
 * the request sets no limit
 */
@ConfigurationProperties("tallygate.estimates")
public record EstimateProperties(@DefaultValue("0") long unknownAttachmentTokens, @DefaultValue("10") int toolUses) {

	/** As they are when nothing is set. */
	public static final EstimateProperties DEFAULT = new EstimateProperties(0, 10);

	/** A demand with the most tokens that its attachments come to in its input. */
	public Demand whole(Demand demand, String provider, String model, @Nullable CallPrice price) {
		long attached = demand.attachments().isEmpty() ? 0 : new AttachmentTokens(this.unknownAttachmentTokens)
			.of(demand.attachments(), provider, model, (price != null) ? price.row().maxInputTokens() : null);
		return new Demand(demand.inputTokens() + attached, demand.maxOutputTokens(), demand.choices(), List.of(),
				bounded(demand.reach()));
	}

	/** The same reach, with a number for every tool. */
	private Reach bounded(Reach reach) {
		if (reach.pieces().values().stream().noneMatch((uses) -> uses < 0)) {
			return reach;
		}
		Map<Meter, Long> pieces = new EnumMap<>(Meter.class);
		reach.pieces().forEach((meter, uses) -> pieces.put(meter, (uses < 0) ? this.toolUses : uses));
		return new Reach(reach.asked(), reach.meters(), pieces);
	}

}
