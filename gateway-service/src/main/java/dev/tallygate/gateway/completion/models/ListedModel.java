package dev.tallygate.gateway.completion.models;

import dev.tallygate.events.UsageSettled.Operation;
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
 * @param mode what it is called for, such as {@code embedding}; null when nothing tells
 */
record ListedModel(Target target, @Nullable String displayName, @Nullable Instant created, @Nullable String mode) {

	/** Whether a model of its kind answers calls of a wire. */
	boolean answers(Operation wire) {
		return switch (this.mode) {
			case null -> !isRealtime();
			case "chat" -> wire != Operation.EMBEDDINGS;
			case "responses" -> wire == Operation.RESPONSES && this.target.provider().speaks(wire);
			case "embedding" -> wire == Operation.EMBEDDINGS;
			default -> false;
		};
	}

	/**
	 * Neither prices nor lists tell that it speaks over sockets alone, but its name does.
	 */
	private boolean isRealtime() {
		return this.target.model().contains("realtime");
	}

	/** The same model, known to be of some kind. */
	ListedModel as(String kind) {
		return new ListedModel(this.target, this.displayName, this.created, kind);
	}

	/** The same model with what is only known of {@code other}. */
	ListedModel completedBy(@Nullable ListedModel other) {
		if (other == null) {
			return this;
		}
		return new ListedModel(this.target, (this.displayName != null) ? this.displayName : other.displayName,
				(this.created != null) ? this.created : other.created, (this.mode != null) ? this.mode : other.mode);
	}

}
