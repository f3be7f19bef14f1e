package dev.tallygate.gateway.spool;

import dev.tallygate.events.CallId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the disk did not take yet, in order. What Kafka has acknowledged needs no disk, so
 * that a full one costs memory for open calls and unsent events alone. Guarded by the
 * spool's lock.
 */
final class HeldRecords {

	private final Map<Key, Held> records = new LinkedHashMap<>();

	/** Those that Kafka is to have, by ordinal. */
	private final Deque<Key> unacknowledged = new ArrayDeque<>();

	private long bytes;

	private record Key(RecordType type, Object id) {

	}

	/**
	 * A frame that waits for the disk.
	 *
	 * @param callId the call it is about; null when it is about none
	 * @param frame its bytes
	 * @param ordinal its place among those Kafka is to have, 0 for none
	 * @param seq its sequence number, 0 for none
	 * @param openedIn of a call's end the segment with its beginning; 0 where that is not
	 * known
	 */
	// Never compared or printed, so an array does no harm.
	@SuppressWarnings("ArrayRecordComponent")
	record Held(RecordType type, @Nullable CallId callId, byte[] frame, long ordinal, long seq, long openedIn) {

		private Key key() {
			return new Key(this.type, (this.callId != null) ? this.callId : Long.valueOf(this.ordinal));
		}

	}

	boolean isEmpty() {
		return this.records.isEmpty();
	}

	long bytes() {
		return this.bytes;
	}

	/** Adds a record, unless another makes it needless. */
	void add(Held record) {
		CallId callId = record.callId();
		if (record.type() == RecordType.VOIDED && callId != null && forget(callId)) {
			return;
		}
		Held before = this.records.put(record.key(), record);
		this.bytes += record.frame().length - ((before != null) ? before.frame().length : 0);
		if (record.ordinal() > 0) {
			this.unacknowledged.add(record.key());
		}
	}

	/** The oldest; null when there is none. */
	@Nullable Held first() {
		Iterator<Held> each = this.records.values().iterator();
		return each.hasNext() ? each.next() : null;
	}

	void remove(Held record) {
		if (this.records.remove(record.key()) != null) {
			this.bytes -= record.frame().length;
		}
	}

	/**
	 * Drops what Kafka has. Of a call whose beginning is on the disk, the end must
	 * follow.
	 */
	void acknowledged(long upTo) {
		while (!this.unacknowledged.isEmpty()) {
			Key key = this.unacknowledged.getFirst();
			Held record = this.records.get(key);
			if (record != null && record.ordinal() > upTo) {
				return;
			}
			this.unacknowledged.removeFirst();
			if (record != null) {
				remove(record);
				CallId callId = record.callId();
				if (callId != null && !forget(callId)) {
					add(new Held(RecordType.VOIDED, callId, SpoolRecords.voided(callId), 0, 0, 0));
				}
			}
		}
	}

	/**
	 * Whether this segment, or one before it, has the beginning of a call whose end is
	 * here alone: were it deleted, a kill would leave no trace of the call.
	 */
	boolean needs(long segment) {
		return this.records.values()
			.stream()
			.anyMatch((record) -> record.ordinal() > 0 && record.callId() != null && record.openedIn() <= segment);
	}

	/**
	 * Whether the beginning of a call was held too, and is dropped with what followed.
	 */
	private boolean forget(CallId callId) {
		Held opened = this.records.get(new Key(RecordType.OPENED, callId));
		Held checkpoint = this.records.get(new Key(RecordType.CHECKPOINT, callId));
		if (checkpoint != null) {
			remove(checkpoint);
		}
		if (opened != null) {
			remove(opened);
		}
		return opened != null;
	}

}
