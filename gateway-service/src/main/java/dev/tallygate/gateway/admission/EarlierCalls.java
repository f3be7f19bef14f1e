package dev.tallygate.gateway.admission;

import dev.tallygate.events.UserId;
import java.util.HashMap;
import java.util.Map;

/**
 * The calls that settled before this process started, folded as they are found: what it
 * takes depends on how many users there are, not on how many calls. Not thread-safe.
 */
public final class EarlierCalls {

	/** Entries per user, so that a backlog of any length fits into memory. */
	private static final int ENTRIES = 1024;

	private final Map<UserId, OwnCalls> calls = new HashMap<>();

	private long lastSeq;

	/** Adds one of them. */
	public void add(PostedCall call) {
		this.lastSeq = Math.max(this.lastSeq, call.seq());
		if (call.costNanos() != 0) {
			this.calls.computeIfAbsent(call.userId(), (_) -> new OwnCalls(ENTRIES)).add(call);
		}
	}

	Map<UserId, OwnCalls> byUser() {
		return this.calls;
	}

	/** The highest number among them. */
	public long lastSeq() {
		return this.lastSeq;
	}

}
