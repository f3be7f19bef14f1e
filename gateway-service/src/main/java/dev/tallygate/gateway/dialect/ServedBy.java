package dev.tallygate.gateway.dialect;

import dev.tallygate.pricing.Served;
import dev.tallygate.pricing.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Who answers and at which tier, as events of an answer say beside its usage. It holds
 * for a usage that comes later and says neither, and for what is charged where none comes
 * at all.
 *
 * @param model the model; null when nobody said
 * @param serviceTier the tier; null when nobody said
 */
public record ServedBy(@Nullable String model, @Nullable String serviceTier) {

	/** Nobody said anything. */
	public static final ServedBy UNKNOWN = new ServedBy(null, null);

	/** Some say that there is none until they know it. */
	public ServedBy {
		model = (model != null && model.isBlank()) ? null : model;
		serviceTier = (serviceTier != null && serviceTier.isBlank()) ? null : serviceTier;
	}

	/** This and what is said later, which counts where it differs. */
	public ServedBy and(ServedBy later) {
		return new ServedBy((later.model != null) ? later.model : this.model,
				(later.serviceTier != null) ? later.serviceTier : this.serviceTier);
	}

	/** What was told, served so where it does not say otherwise itself. */
	public Usage of(Usage told) {
		if (isUnknown()) {
			return told;
		}
		Served served = told.served().or(Served.tier(this.serviceTier));
		return told.servedAs((this.model != null) ? served.by(this.model) : served);
	}

	/**
	 * The same where perhaps nothing was told: then a usage of nothing, which says how it
	 * was served; null when nobody said that either.
	 */
	public @Nullable Usage ofPerhaps(@Nullable Usage told) {
		if (told == null && isUnknown()) {
			return null;
		}
		return of((told != null) ? told : Usage.NONE);
	}

	private boolean isUnknown() {
		return this.model == null && this.serviceTier == null;
	}

}
