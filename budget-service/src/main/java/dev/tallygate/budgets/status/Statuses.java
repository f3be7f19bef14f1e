package dev.tallygate.budgets.status;

import dev.tallygate.events.BudgetStatus;
import dev.tallygate.events.UserId;
import java.util.List;
import java.util.Map;

/**
 * The current statuses and what of them is on the topic, as the accounts know it.
 */
public interface Statuses {

	/**
	 * Statuses whose current version is not the last one on the topic.
	 */
	List<BudgetStatus> unpublished(int most);

	/**
	 * Notes what the broker has acknowledged. Of several for a user the one with the
	 * highest offset is the last on the topic, whoever sent it and whenever it is noted.
	 * @return the users who are gone: what was sent of them must be removed again
	 */
	List<UserId> published(List<Published> acknowledged);

	/**
	 * Forgets what was published at or beyond the end of a partition: the topic was made
	 * anew or has lost its tail.
	 * @param ends the end offset of each partition
	 * @return how many statuses are to be published again
	 */
	int forgetBeyond(Map<Integer, Long> ends);

	/**
	 * Forgets all that was published, so that every status is published again.
	 * @return how many those are
	 */
	int forgetAll();

	/**
	 * A status on the topic.
	 *
	 * @param userId whose
	 * @param version which
	 * @param partition where
	 * @param offset where
	 */
	record Published(UserId userId, long version, int partition, long offset) {

	}

}
