package dev.tallygate.events;

import java.time.Instant;

/**
 * A sign of life on one partition of {@link Topics#BUDGET_STATUS}: budget-service reads
 * the users of this partition and publishes where they stand. Whoever has seen none for a
 * while knows that the statuses it holds may be old. The record key is {@link #KEY}, so
 * that compaction keeps one of them per partition.
 *
 * @param partition the partition it stands for, also the one it is sent to
 * @param sentAt when
 */
public record BudgetHeartbeat(int partition, Instant sentAt) implements EventData {

	/** The record key; no user id looks like it. */
	public static final String KEY = "heartbeat";

	/** Nobody: the event is not about a person. */
	@Override
	public UserId userId() {
		return UserId.NOBODY;
	}

}
