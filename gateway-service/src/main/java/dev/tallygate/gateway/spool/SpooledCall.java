package dev.tallygate.gateway.spool;

import dev.tallygate.gateway.usage.CallOpened;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An open call as the spool keeps it.
 */
final class SpooledCall {

	private final CallOpened opened;

	private final byte[] frame;

	private volatile long delivered;

	/** Guarded by the spool's lock. */
	private long checkpointed;

	/** Guarded by the spool's lock. */
	private @Nullable Instant checkpointedAt;

	/** The segment that its latest {@code opened} is in; guarded by the spool's lock. */
	private long segment;

	SpooledCall(CallOpened opened) {
		this.opened = opened;
		this.frame = SpoolRecords.opened(opened);
	}

	CallOpened opened() {
		return this.opened;
	}

	byte[] frame() {
		return this.frame;
	}

	void delivered(long outputTokens) {
		this.delivered = outputTokens;
	}

	long delivered() {
		return this.delivered;
	}

	boolean hasNews() {
		return this.delivered != this.checkpointed;
	}

	SpoolRecords.@Nullable Checkpoint lastCheckpoint() {
		Instant at = this.checkpointedAt;
		return (at != null) ? new SpoolRecords.Checkpoint(this.opened.callId(), at, this.checkpointed) : null;
	}

	SpoolRecords.Checkpoint checkpoint(Instant now) {
		this.checkpointed = this.delivered;
		this.checkpointedAt = now;
		return new SpoolRecords.Checkpoint(this.opened.callId(), now, this.checkpointed);
	}

	long segment() {
		return this.segment;
	}

	void segment(long number) {
		this.segment = number;
	}

}
