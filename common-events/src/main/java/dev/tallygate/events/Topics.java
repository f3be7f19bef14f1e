package dev.tallygate.events;

/**
 * The names of the topics. Whoever publishes to a topic creates it.
 */
public final class Topics {

	/** What calls used; key = user id; deleted after 35 days. */
	public static final String USAGE = "tallygate.usage.v1";

	/**
	 * Where each user stands; key = user id; compacted; one heartbeat record per
	 * partition each second.
	 */
	public static final String BUDGET_STATUS = "tallygate.budget-status.v1";

	/** Crossed thresholds; key = user id; deleted after 90 days. */
	public static final String ALERTS = "tallygate.alerts.v1";

	/** What became of keys, never a secret or hash; key = key id; compacted. */
	public static final String KEYS = "tallygate.keys.v1";

	/**
	 * Which keys are in use, a record per key, gateway and minute; key = key id; deleted
	 * after a day.
	 */
	public static final String KEY_USES = "tallygate.key-uses.v1";

	/** Who came and went; key = user id; compacted, tombstones after deletion. */
	public static final String USERS = "tallygate.users.v1";

	/**
	 * Heads of the audit hash chain, so that a cut-off tail is found; key = chain;
	 * deleted after 400 days.
	 */
	public static final String AUDIT_HEADS = "tallygate.audit-heads.v1";

	/**
	 * Partitions of {@link #USAGE} and {@link #BUDGET_STATUS}, which scale with calls.
	 */
	public static final int WIDE_PARTITIONS = 12;

	/** Partitions of the other topics. */
	public static final int NARROW_PARTITIONS = 3;

	private Topics() {
	}

	/**
	 * The topic for what could not be read from {@code topic}, with the reason in
	 * headers.
	 */
	public static String deadLetter(String topic) {
		return topic + "-dlt";
	}

}
