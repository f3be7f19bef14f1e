package dev.tallygate.gateway.usage;

import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.gateway.usage.SpoolDirectory.Watermark;
import dev.tallygate.gateway.usage.SpoolRecords.Checkpoint;
import dev.tallygate.gateway.usage.SpoolRecords.OwnCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's books until Kafka has them: an append-only log in segment files. What an
 * append method returned from survives {@code kill -9}; a power cut can take what was
 * written since the last {@link #force}. Sequence numbers are given in the order of the
 * log. When the disk takes nothing, records wait in memory, in order, and callers go on.
 */
final class Spool implements AutoCloseable {

	private static final Logger log = LoggerFactory.getLogger(Spool.class);

	private final SpoolDirectory directory;

	private final SegmentOutput.Factory outputs;

	private final Clock clock;

	private final long segmentSize;

	private final long memoryLimit;

	private final long keepAcknowledged;

	private final int damagedStretches;

	private final Map<CallId, SpooledCall> open = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	// All below is guarded by the lock.

	/** Oldest first; the active one is not among them. */
	private final ArrayDeque<Recovered.Segment> finished = new ArrayDeque<>();

	/** When events were written, so that the age of what waits is known. */
	private final ArrayDeque<Mark> marks = new ArrayDeque<>();

	/** What the disk did not take yet, in order. */
	private final Deque<Held> held = new ArrayDeque<>();

	private final RecentEvents recent;

	private @Nullable SegmentOutput active;

	private long activeNumber;

	private long activeBytes;

	private long finishedBytes;

	private long heldBytes;

	private long lastOrdinal;

	private long lastSeq;

	private long lastOrdinalOnDisk;

	private long lastSeqOnDisk;

	private Watermark acknowledged;

	private Watermark acknowledgedOnDisk;

	private boolean dirty;

	private boolean closed;

	private LongSupplier countedUpTo = () -> Long.MAX_VALUE;

	private SpoolListener listener = SpoolListener.NONE;

	private List<OwnCall> recoveredCalls;

	private int abandonedCalls;

	/** A frame that waits for the disk; ordinal and seq are 0 where it has none. */
	// Never compared or printed, so an array does no harm.
	@SuppressWarnings("ArrayRecordComponent")
	private record Held(byte[] frame, long ordinal, long seq) {

	}

	/** Everything from this ordinal on was written then or later. */
	private record Mark(long ordinal, Instant at) {

	}

	private Spool(SpoolProperties properties, SpoolDirectory directory, Recovered recovered,
			SegmentOutput.Factory outputs, Clock clock) throws IOException {
		this.directory = directory;
		this.outputs = outputs;
		this.clock = clock;
		this.segmentSize = properties.segmentSize().toBytes();
		this.memoryLimit = properties.memoryLimit().toBytes();
		this.keepAcknowledged = properties.keepAcknowledged().toBytes();
		this.damagedStretches = recovered.damagedStretches();
		this.recoveredCalls = recovered.settled();
		this.finished.addAll(recovered.segments());
		recovered.segments().forEach((segment) -> this.finishedBytes += segment.bytes());
		this.lastOrdinal = recovered.lastOrdinal();
		this.lastSeq = recovered.lastSeq();
		this.lastOrdinalOnDisk = this.lastOrdinal;
		this.lastSeqOnDisk = this.lastSeq;
		this.acknowledged = directory.watermark();
		this.acknowledgedOnDisk = this.acknowledged;
		this.activeNumber = recovered.lastSegment();
		this.recent = new RecentEvents(this.lastOrdinal + 1);
		if (this.acknowledged.ordinal() < this.lastOrdinal) {
			this.marks.add(new Mark(this.acknowledged.ordinal() + 1, clock.instant()));
		}
	}

	/**
	 * Locks the directory, reads what is in it, and settles as abandoned what was open
	 * when the last process ended.
	 * @throws UnusableSpoolException when it cannot be opened
	 */
	static Spool open(SpoolProperties properties, String instance, SegmentOutput.Factory outputs, Clock clock) {
		Path path = properties.directory();
		SpoolDirectory directory = SpoolDirectory.lock(path, instance);
		try {
			Recovered recovered = Recovered.from(directory);
			Spool spool = new Spool(properties, directory, recovered, outputs, clock);
			spool.roll();
			recovered.open().forEach((call) -> spool.abandon(call, recovered.checkpoints().get(call.callId())));
			return spool;
		}
		catch (IOException | RuntimeException ex) {
			try {
				directory.close();
			}
			catch (IOException suppressed) {
				ex.addSuppressed(suppressed);
			}
			throw new UnusableSpoolException("The usage spool " + path.toAbsolutePath() + " cannot be opened: " + ex,
					ex);
		}
	}

	private void abandon(CallOpened call, @Nullable Checkpoint checkpoint) {
		Settlement settlement = Settlement.abandoned(call, (checkpoint != null) ? checkpoint.outputTokens() : 0,
				(checkpoint != null) ? checkpoint.at() : call.startedAt());
		OwnCall settled = settle(call, settlement);
		this.abandonedCalls++;
		if (settled != null) {
			this.recoveredCalls.add(settled);
		}
	}

	void listener(SpoolListener listener) {
		this.listener = listener;
	}

	/**
	 * Keeps acknowledged segments that hold a seq above what {@code countedUpTo} says.
	 */
	void keepUntilCounted(LongSupplier countedUpTo) {
		this.countedUpTo = countedUpTo;
	}

	/** The CloudEvents source of every event from here. */
	String source() {
		return this.directory.source();
	}

	/** How many stretches could not be read at the start. */
	int damagedStretches() {
		return this.damagedStretches;
	}

	/** How many calls were found open at the start. */
	int abandonedCalls() {
		return this.abandonedCalls;
	}

	/**
	 * The settled calls found at the start, the abandoned ones included. Can be asked
	 * once.
	 */
	List<OwnCall> takeRecoveredCalls() {
		List<OwnCall> calls = this.recoveredCalls;
		this.recoveredCalls = List.of();
		return calls;
	}

	/** Writes down that a call opens. */
	SpooledCall opened(CallOpened opened) {
		SpooledCall call = new SpooledCall(opened);
		this.lock.lock();
		try {
			append(new Held(call.frame(), 0, 0), RecordType.OPENED);
			call.segment(this.activeNumber);
			this.open.put(opened.callId(), call);
		}
		finally {
			this.lock.unlock();
		}
		return call;
	}

	/** Writes down that an open call ended without an event. */
	void voided(SpooledCall call) {
		byte[] frame = SpoolRecords.voided(call.opened().callId());
		this.lock.lock();
		try {
			append(new Held(frame, 0, 0), RecordType.VOIDED);
			this.open.remove(call.opened().callId());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Writes down that an open call settled, and gives it the next sequence number.
	 * @return what it did to the user's spend, or null when the record was lost
	 */
	@Nullable OwnCall settled(SpooledCall call, Settlement settlement) {
		return settle(call.opened(), settlement);
	}

	private @Nullable OwnCall settle(CallOpened opened, Settlement settlement) {
		UsageSettled event = opened.settled(settlement);
		byte[] json = EventCodec.encode(CloudEvent.of(event.callId().value(), source(), event.finishedAt(), event));
		byte[] frame = SpoolRecords.settled(event, json);
		this.lock.lock();
		try {
			this.open.remove(event.callId());
			long seq = this.lastSeq + 1;
			Sendable sendable = new Sendable(this.lastOrdinal + 1, seq, event.userId(), json);
			return appendSendable(sendable, frame, RecordType.SETTLED) ? new OwnCall(event.userId(), seq,
					event.costNanos(), event.credential(), event.startedAt(), event.period()) : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Writes down an event that ends no call and has no sequence number. */
	void note(CloudEvent<? extends UsageEvent> event) {
		byte[] json = EventCodec.encode(event);
		byte[] frame = SpoolRecords.note(event.data().userId(), json);
		this.lock.lock();
		try {
			appendSendable(new Sendable(this.lastOrdinal + 1, 0, event.data().userId(), json), frame, RecordType.NOTE);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean appendSendable(Sendable event, byte[] frame, RecordType type) {
		SpoolRecords.number(frame, event.ordinal(), event.seq());
		if (!append(new Held(frame, event.ordinal(), event.seq()), type)) {
			return false;
		}
		this.lastOrdinal = event.ordinal();
		this.lastSeq = Math.max(this.lastSeq, event.seq());
		this.recent.add(event, this.lastOrdinalOnDisk);
		mark(event.ordinal());
		return true;
	}

	private void mark(long ordinal) {
		Mark last = this.marks.peekLast();
		Instant now = this.clock.instant();
		if (last == null || now.isAfter(last.at().plusSeconds(1))) {
			this.marks.add(new Mark(ordinal, now));
		}
	}

	/** Whether the record is on the disk or held for it; only a full memory loses it. */
	private boolean append(Held record, RecordType type) {
		if (this.closed) {
			throw new IllegalStateException("the spool is closed");
		}
		if (this.held.isEmpty()) {
			try {
				write(record);
				return true;
			}
			catch (IOException ex) {
				this.listener.writeFailed(ex);
			}
		}
		if (this.heldBytes + record.frame().length > this.memoryLimit) {
			this.listener.lost(type);
			return false;
		}
		this.held.add(record);
		this.heldBytes += record.frame().length;
		return true;
	}

	private void write(Held record) throws IOException {
		if (this.active == null || this.activeBytes + record.frame().length > this.segmentSize) {
			roll();
		}
		SegmentOutput output = this.active;
		if (output == null) {
			throw new IOException("there is no segment to write to");
		}
		output.write(this.activeBytes, record.frame());
		this.activeBytes += record.frame().length;
		this.lastOrdinalOnDisk = Math.max(this.lastOrdinalOnDisk, record.ordinal());
		this.lastSeqOnDisk = Math.max(this.lastSeqOnDisk, record.seq());
		this.dirty = true;
	}

	/** Begins a new segment. When that fails, the next write tries again. */
	private void roll() throws IOException {
		long number = this.activeNumber + 1;
		byte[] header = SpoolRecords
			.header(new SpoolRecords.Header(this.lastOrdinalOnDisk + 1, this.lastSeqOnDisk + 1));
		SegmentOutput next = this.outputs.create(this.directory.segment(number));
		try {
			next.write(0, header);
			if (this.active != null) {
				this.active.force();
				this.active.close();
				this.finished.add(new Recovered.Segment(this.activeNumber, this.activeBytes, this.lastOrdinalOnDisk,
						this.lastSeqOnDisk));
				this.finishedBytes += this.activeBytes;
			}
		}
		catch (IOException ex) {
			next.close();
			throw ex;
		}
		this.active = next;
		this.activeNumber = number;
		this.activeBytes = header.length;
	}

	/** Gives the disk what is held for it, as far as it takes it. */
	void retryHeld() {
		this.lock.lock();
		try {
			while (!this.held.isEmpty() && !this.closed) {
				Held record = this.held.getFirst();
				write(record);
				this.held.removeFirst();
				this.heldBytes -= record.frame().length;
			}
		}
		catch (IOException ex) {
			this.listener.writeFailed(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Writes down what open calls have delivered since the last time. */
	void checkpoint() {
		List<SpooledCall> news = this.open.values().stream().filter(SpooledCall::hasNews).toList();
		Instant now = this.clock.instant();
		for (SpooledCall call : news) {
			this.lock.lock();
			try {
				if (this.open.containsKey(call.opened().callId())) {
					append(new Held(SpoolRecords.checkpoint(call.checkpoint(now)), 0, 0), RecordType.CHECKPOINT);
				}
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/** Returns when all that was written is on the disk. */
	void force() throws IOException {
		SegmentOutput output;
		long number;
		this.lock.lock();
		try {
			if (!this.dirty || this.active == null) {
				return;
			}
			this.dirty = false;
			output = this.active;
			number = this.activeNumber;
		}
		finally {
			this.lock.unlock();
		}
		try {
			output.force();
		}
		catch (IOException ex) {
			if (isActive(number)) {
				throw ex;
			}
			// Rolled meanwhile, which forces what it finishes.
		}
	}

	private boolean isActive(long number) {
		this.lock.lock();
		try {
			return number == this.activeNumber && !this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Some events after {@code ordinal}, in order; empty when there are none. What damage
	 * made unreadable is left out.
	 */
	List<Sendable> after(long ordinal, int max) throws IOException {
		List<Long> numbers = new ArrayList<>();
		this.lock.lock();
		try {
			if (this.recent.reaches(ordinal)) {
				return this.recent.after(ordinal, max);
			}
			this.finished.stream()
				.filter((segment) -> segment.lastOrdinal() > ordinal)
				.forEach((segment) -> numbers.add(segment.number()));
			numbers.add(this.activeNumber);
		}
		finally {
			this.lock.unlock();
		}
		for (Long number : numbers) {
			List<Sendable> events = SegmentReader.read(this.directory.segment(number), ordinal);
			if (!events.isEmpty()) {
				return events;
			}
		}
		return afterDamage(ordinal, max);
	}

	private List<Sendable> afterDamage(long ordinal, int max) {
		this.lock.lock();
		try {
			return this.recent.after(this.recent.reaches(ordinal) ? ordinal : this.recent.first() - 1, max);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Up to where Kafka has everything. */
	Watermark acknowledged() {
		this.lock.lock();
		try {
			return this.acknowledged;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Notes that Kafka has everything up to here. */
	void acknowledge(Watermark upTo) {
		this.lock.lock();
		try {
			if (upTo.ordinal() > this.acknowledged.ordinal()) {
				this.acknowledged = new Watermark(upTo.ordinal(), Math.max(upTo.seq(), this.acknowledged.seq()));
				dropMarks();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void dropMarks() {
		long unsent = this.acknowledged.ordinal() + 1;
		if (unsent > this.lastOrdinal) {
			this.marks.clear();
			return;
		}
		while (this.marks.size() > 1) {
			Mark first = this.marks.removeFirst();
			if (this.marks.getFirst().ordinal() > unsent) {
				this.marks.addFirst(first);
				return;
			}
		}
	}

	/** Writes down what is acknowledged and deletes what nobody needs any more. */
	void tidy() throws IOException {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			if (!this.acknowledged.equals(this.acknowledgedOnDisk)) {
				this.directory.watermark(this.acknowledged);
				this.acknowledgedOnDisk = this.acknowledged;
			}
			while (!this.finished.isEmpty() && isDone(this.finished.getFirst())
					&& carryOver(this.finished.getFirst())) {
				Recovered.Segment done = this.finished.getFirst();
				delete(this.directory.segment(done.number()));
				this.finished.removeFirst();
				this.finishedBytes -= done.bytes();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isDone(Recovered.Segment segment) {
		return segment.lastOrdinal() <= this.acknowledged.ordinal()
				&& (segment.lastSeq() <= this.countedUpTo.getAsLong() || this.finishedBytes > this.keepAcknowledged);
	}

	/**
	 * Writes the calls again that opened in this segment and are still open. Segments go
	 * oldest first, so a call's end never goes before its beginning.
	 */
	private boolean carryOver(Recovered.Segment segment) {
		for (SpooledCall call : this.open.values()) {
			if (call.segment() <= segment.number()) {
				Checkpoint checkpoint = call.lastCheckpoint();
				try {
					if (!this.held.isEmpty()) {
						return false;
					}
					write(new Held(call.frame(), 0, 0));
					if (checkpoint != null) {
						write(new Held(SpoolRecords.checkpoint(checkpoint), 0, 0));
					}
				}
				catch (IOException ex) {
					this.listener.writeFailed(ex);
					return false;
				}
				call.segment(this.activeNumber);
			}
		}
		return true;
	}

	private static void delete(Path path) throws IOException {
		try {
			Files.delete(path);
		}
		catch (NoSuchFileException ex) {
			log.warn("Somebody else deleted the spool segment {}", path);
		}
	}

	/** The calls that are open now. */
	Collection<SpooledCall> openCalls() {
		return this.open.values();
	}

	SpoolState state() {
		this.lock.lock();
		try {
			Mark oldest = this.marks.peekFirst();
			return new SpoolState(this.lastOrdinal - this.acknowledged.ordinal(), (oldest != null) ? oldest.at() : null,
					this.finishedBytes + this.activeBytes, this.heldBytes, this.open.size(), this.lastSeq,
					this.held.isEmpty());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forces everything to the disk and gives the directory free. A second time does
	 * nothing.
	 */
	@Override
	public void close() throws IOException {
		retryHeld();
		this.lock.lock();
		try {
			if (!this.closed) {
				this.closed = true;
				finish();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void finish() throws IOException {
		try (this.directory) {
			if (!this.acknowledged.equals(this.acknowledgedOnDisk)) {
				this.directory.watermark(this.acknowledged);
			}
			if (this.active != null) {
				this.active.force();
				this.active.close();
			}
		}
	}

}
