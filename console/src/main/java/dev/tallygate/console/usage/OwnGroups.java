package dev.tallygate.console.usage;

import dev.tallygate.console.Dollars;
import dev.tallygate.console.services.PathName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's month by key, by agent or by tag, as metering-service tells it.
 */
public record OwnGroups(@Nullable List<Group> data) {

	/** Where metering-service does not say. */
	static final OwnGroups NONE = new OwnGroups(null);

	public List<Group> groups() {
		return (this.data != null) ? this.data : List.of();
	}

	/** Whether it says more than the sum of the month does. */
	public boolean telling() {
		return groups().size() > 1
				|| groups().stream().anyMatch((group) -> group.agentId() != null || group.tag() != null);
	}

	/**
	 * One of them; what has no id was called without one.
	 *
	 * @param tag such as {@code team:search}
	 */
	record Group(@Nullable String apiKeyId, @Nullable String agentId, @Nullable String name, @Nullable String tag,
			long requestCount, long inputTokens, long outputTokens, long costNanos, long unpricedRequests,
			long partlyPricedRequests) {

		/** The same under a name that another service knows. */
		Group named(@Nullable String known) {
			return new Group(this.apiKeyId, this.agentId, known, this.tag, this.requestCount, this.inputTokens,
					this.outputTokens, this.costNanos, this.unpricedRequests, this.partlyPricedRequests);
		}

		public String title() {
			if (this.name != null && !this.name.isBlank()) {
				return this.name;
			}
			return (id() != null) ? "no longer there" : "none";
		}

		/** The tag as programs send it. */
		public String tagText() {
			return (this.tag != null) ? this.tag.replaceFirst(":", "=") : "none";
		}

		/** Whether its calls can be looked at by its id. */
		public boolean linked() {
			return PathName.canBe(id());
		}

		public @Nullable String id() {
			return (this.apiKeyId != null) ? this.apiKeyId : this.agentId;
		}

		public String calls() {
			return Dollars.count(this.requestCount);
		}

		public String input() {
			return Dollars.count(this.inputTokens);
		}

		public String output() {
			return Dollars.count(this.outputTokens);
		}

		public String cost() {
			return new UsageSummary.ModelUsage(null, null, this.requestCount, 0, 0, 0, this.costNanos,
					this.unpricedRequests, this.partlyPricedRequests)
				.cost();
		}

	}

}
