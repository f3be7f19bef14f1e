package dev.tallygate.gateway.usage;

import dev.tallygate.pricing.CallPrice;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which names of models may be labels of metrics: those the price table has a row for,
 * and those a provider lists itself. Callers can name models as they like, and each name
 * would be a score of series for ever. A model with a price never loses its label to
 * others.
 */
public final class ModelLabels {

	/** Stands for every model that nobody knows. */
	public static final String OTHER = "other";

	/** A provider can list what its customers have named. */
	static final int MOST_LISTED = 500;

	private final Set<Name> listed = ConcurrentHashMap.newKeySet();

	/** A provider has listed this model. */
	public void listed(String provider, String model) {
		if (this.listed.size() < MOST_LISTED) {
			this.listed.add(new Name(provider, model));
		}
	}

	/**
	 * The label of a model.
	 * @param price what it is priced by; a row of another name, as that for every model
	 * of a provider or for what was made from a model, names none
	 */
	public String of(String provider, String model, @Nullable CallPrice price) {
		return isKnown(provider, model, price) ? model : OTHER;
	}

	/** Whether the name is somebody else's than the caller's. */
	public boolean isKnown(String provider, String model, @Nullable CallPrice price) {
		boolean priced = price != null && price.row().model().equals(model);
		return priced || this.listed.contains(new Name(provider, model));
	}

	private record Name(String provider, String model) {

	}

}
