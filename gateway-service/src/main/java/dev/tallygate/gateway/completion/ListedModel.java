package dev.tallygate.gateway.completion;

import dev.tallygate.gateway.routing.Target;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A model that a key may use.
 *
 * @param target the model
 * @param displayName what its provider calls it for people; null when it does not say
 * @param created when its provider made it or, when it does not say, since when it has a
 * price; null when neither is known
 */
record ListedModel(Target target, @Nullable String displayName, @Nullable Instant created) {

	/** The same model with what is only known of {@code other}. */
	ListedModel completedBy(@Nullable ListedModel other) {
		if (other == null) {
			return this;
		}
		return new ListedModel(this.target, (this.displayName != null) ? this.displayName : other.displayName,
				(this.created != null) ? this.created : other.created);
	}

}
