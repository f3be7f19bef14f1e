package dev.tallygate.gateway.spool;

import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.gateway.admission.EarlierCalls;
import dev.tallygate.gateway.admission.PostedCall;
import dev.tallygate.gateway.spool.HeldRecords.Held;
import dev.tallygate.gateway.spool.SegmentLog.Segment;
import dev.tallygate.gateway.spool.SegmentLog.Unforced;
import dev.tallygate.gateway.spool.SpoolDirectory.Watermark;
import dev.tallygate.gateway.spool.SpoolRecords.Checkpoint;
import dev.tallygate.gateway.spool.SpoolRecords.Unnumbered;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.usage.Settlement;
import dev.tallygate.pricing.RatedUsage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's books until Kafka has them. What an append method returned from survives
 * {@code kill -9}; a power cut can take what was written since the last {@link #force},
 * but never lets a sequence number be given twice that Kafka may have seen. Sequence
 * numbers are given in the order of the log. When the disk takes nothing, records wait in
 * memory, in order, and callers go on.
 */
final class Spool implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Spool.class);

	private final SpoolDirectory directory;

	private final SegmentOutput.Factory outputs;

	private final Clock clock;

	private final long memoryLimit;

	private final long keepAcknowledged;

	private final int damagedStretches;

	private final Map<CallId, SpooledCall> open = new ConcurrentHashMap<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition written = this.lock.newCondition();

	/** One at a time forces, so that nothing is closed under it. */
	private final ReentrantLock forcing = new ReentrantLock();

	// All below is guarded by the lock.

	private final SegmentLog segments;

	private final HeldRecords held = new HeldRecords();

	private final Acknowledgements acknowledgements;

	private final RecentEvents recent;

	private long lastOrdinal;

	private long lastSeq;

	/** The last one that a record here has. */
	private long lastSettled;

	private boolean diskTakesNothing;

	private boolean closed;

	private LongSupplier countedUpTo = () -> Long.MAX_VALUE;

	private SpoolListener listener = SpoolListener.NONE;

	private @Nullable EarlierCalls earlier;

	private int abandonedCalls;

	private Spool(SpoolProperties properties, SpoolDirectory directory, Recovered recovered,
			SegmentOutput.Factory outputs, Clock clock) {
		this.directory = directory;
		this.outputs = outputs;
		this.clock = clock;
		this.memoryLimit = properties.memoryLimit().toBytes();
		this.keepAcknowledged = properties.keepAcknowledged().toBytes();
		this.damagedStretches = recovered.damagedStretches();
		this.earlier = recovered.settled();
		this.segments = new SegmentLog(directory, outputs, properties.segmentSize().toBytes(), recovered);
		this.lastOrdinal = recovered.lastOrdinal();
		this.lastSeq = recovered.lastSeq();
		this.lastSettled = recovered.settled().lastSeq();
		this.acknowledgements = new Acknowledgements(directory.acknowledged(), this.lastOrdinal, System.nanoTime());
		this.recent = new RecentEvents(this.lastOrdinal + 1);
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
			force(directory, recovered, outputs);
			Spool spool = new Spool(properties, directory, recovered, outputs, clock);
			spool.segments.roll();
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

	/**
	 * A process that was killed may not have got to it, and what is here from now on is
	 * taken for being on the disk: segments go because of what others say.
	 */
	private static void force(SpoolDirectory directory, Recovered recovered, SegmentOutput.Factory outputs)
			throws IOException {
		for (Segment segment : recovered.segments()) {
			outputs.forceFound(directory.segment(segment.number()));
		}
		directory.force();
	}

	private void abandon(CallOpened call, @Nullable Checkpoint checkpoint) {
		Settlement settlement = Settlement.abandoned(call, (checkpoint != null) ? checkpoint.outputTokens() : 0,
				(checkpoint != null) ? checkpoint.at() : call.startedAt());
		PostedCall settled = settle(call, settlement);
		this.abandonedCalls++;
		if (settled != null && this.earlier != null) {
			this.earlier.add(settled);
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
	EarlierCalls takeEarlierCalls() {
		EarlierCalls calls = this.earlier;
		this.earlier = null;
		return (calls != null) ? calls : new EarlierCalls();
	}

	/** Writes down that a call opens. */
	SpooledCall opened(CallOpened opened) {
		SpooledCall call = new SpooledCall(opened);
		this.lock.lock();
		try {
			append(new Held(RecordType.OPENED, opened.callId(), call.frame(), 0, 0, 0));
			call.segment(this.segments.activeNumber());
			this.open.put(opened.callId(), call);
		}
		finally {
			this.lock.unlock();
		}
		return call;
	}

	/** Writes down that an open call ended without an event. */
	void voided(SpooledCall call) {
		CallId callId = call.opened().callId();
		byte[] frame = SpoolRecords.voided(callId);
		this.lock.lock();
		try {
			append(new Held(RecordType.VOIDED, callId, frame, 0, 0, 0));
			this.open.remove(callId);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Writes down that an open call settled, and gives it the next sequence number.
	 * @return what it did to the user's spend, or null when the record was lost
	 */
	@Nullable PostedCall settled(SpooledCall call, Settlement settlement) {
		return settle(call.opened(), settlement);
	}

	/** The same, with what was said of the cost of its usage. */
	@Nullable PostedCall settled(SpooledCall call, Settlement settlement, RatedUsage rated) {
		return settle(call.opened().settled(settlement, rated));
	}

	private @Nullable PostedCall settle(CallOpened opened, Settlement settlement) {
		return settle(opened.settled(settlement));
	}

	private @Nullable PostedCall settle(UsageSettled event) {
		Unnumbered record = SpoolRecords
			.settled(CloudEvent.of(event.callId().value(), source(), event.finishedAt(), event));
		this.lock.lock();
		try {
			SpooledCall call = this.open.remove(event.callId());
			long seq = this.lastSeq + 1;
			Sendable sendable = record.event(this.lastOrdinal + 1, seq, event.userId());
			SpoolRecords.number(record.frame(), sendable.ordinal(), seq);
			return appendSendable(sendable, new Held(RecordType.SETTLED, event.callId(), record.frame(),
					sendable.ordinal(), seq, (call != null) ? call.segment() : 0)) ? posted(event, seq) : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static PostedCall posted(UsageSettled event, long seq) {
		return new PostedCall(event.userId(), event.apiKeyId(), seq,
				(event.costNanos() != null) ? event.costNanos().value() : 0, event.credential(), event.startedAt(),
				event.day());
	}

	/** Writes down an event that ends no call and has no sequence number. */
	void note(CloudEvent<? extends UsageEvent> event) {
		Unnumbered record = SpoolRecords.note(event);
		this.lock.lock();
		try {
			Sendable sendable = record.event(this.lastOrdinal + 1, 0, event.data().userId());
			SpoolRecords.number(record.frame(), sendable.ordinal(), 0);
			appendSendable(sendable, new Held(RecordType.NOTE, null, record.frame(), sendable.ordinal(), 0, 0));
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean appendSendable(Sendable event, Held record) {
		if (!append(record)) {
			return false;
		}
		this.lastOrdinal = event.ordinal();
		this.lastSeq = Math.max(this.lastSeq, event.seq());
		this.lastSettled = Math.max(this.lastSettled, event.seq());
		this.recent.add(event, Math.max(this.segments.lastOrdinal(), this.acknowledgements.upTo().ordinal()));
		this.acknowledgements.wrote(event.ordinal(), System.nanoTime());
		this.written.signal();
		return true;
	}

	/** Whether the record is on the disk or held for it; only a full memory loses it. */
	private boolean append(Held record) {
		if (this.closed) {
			throw new IllegalStateException("the spool is closed");
		}
		if (this.held.isEmpty()) {
			try {
				write(record);
				return true;
			}
			catch (IOException ex) {
				failed(ex);
			}
		}
		if (this.held.bytes() + record.frame().length > this.memoryLimit) {
			this.listener.lost(record.type());
			return false;
		}
		this.held.add(record);
		return true;
	}

	private void write(Held record) throws IOException {
		this.segments.write(record.frame(), record.ordinal(), record.seq());
		this.diskTakesNothing = false;
	}

	private void failed(IOException ex) {
		this.diskTakesNothing = true;
		this.listener.writeFailed(ex);
	}

	/** Gives the disk what is held for it, as far as it takes it. */
	void retryHeld() {
		this.lock.lock();
		try {
			for (Held record = this.held.first(); record != null && !this.closed; record = this.held.first()) {
				write(record);
				this.held.remove(record);
			}
			if (this.diskTakesNothing && !this.closed) {
				this.segments.probe();
				this.diskTakesNothing = false;
			}
		}
		catch (IOException ex) {
			failed(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Writes down what open calls have delivered since the last time. */
	void checkpoint() {
		List<SpooledCall> news = this.open.values().stream().filter(SpooledCall::hasNews).toList();
		for (SpooledCall call : news) {
			CallId callId = call.opened().callId();
			this.lock.lock();
			try {
				if (this.open.containsKey(callId)) {
					byte[] frame = SpoolRecords.checkpoint(call.checkpoint(this.clock.instant()));
					append(new Held(RecordType.CHECKPOINT, callId, frame, 0, 0, 0));
				}
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/** Returns when all that was written is on the disk. Nobody else waits for it. */
	void force() throws IOException {
		this.forcing.lock();
		try {
			Unforced unforced = takeUnforced();
			boolean forced = false;
			try {
				unforced.force(this.directory, this.outputs);
				forced = true;
			}
			finally {
				if (!forced) {
					putBack(unforced);
				}
			}
			unforced.closeRetired();
		}
		finally {
			this.forcing.unlock();
		}
	}

	private Unforced takeUnforced() throws IOException {
		this.lock.lock();
		try {
			return this.closed ? Unforced.NOTHING : this.segments.takeUnforced();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void putBack(Unforced unforced) {
		this.lock.lock();
		try {
			this.segments.putBack(unforced);
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
		List<Long> numbers;
		this.lock.lock();
		try {
			if (this.recent.reaches(ordinal)) {
				return this.recent.after(ordinal, max);
			}
			numbers = this.segments.after(ordinal);
		}
		finally {
			this.lock.unlock();
		}
		for (Long number : numbers) {
			List<Sendable> events = this.segments.read(number, ordinal);
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

	/** The ordinal of the last event there is. */
	long lastOrdinal() {
		this.lock.lock();
		try {
			return this.lastOrdinal;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until there is an event after {@code ordinal}, or that long.
	 * @return whether there is one
	 */
	boolean awaitAfter(long ordinal, Duration most) throws InterruptedException {
		long nanos = most.toNanos();
		this.lock.lockInterruptibly();
		try {
			while (this.lastOrdinal <= ordinal && nanos > 0) {
				nanos = this.written.awaitNanos(nanos);
			}
			return this.lastOrdinal > ordinal;
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Up to where Kafka has everything. */
	Watermark acknowledged() {
		this.lock.lock();
		try {
			return this.acknowledgements.upTo();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Makes sure that no number is given again that is about to go out, whatever a power
	 * cut takes. All that are given by now are covered at once: should the log lose one,
	 * a gap says so.
	 */
	void sending(long seq) {
		if (seq <= this.directory.neverAgain()) {
			return;
		}
		long given;
		Watermark upTo;
		this.lock.lock();
		try {
			given = this.lastSeq;
			upTo = this.acknowledgements.upTo();
		}
		finally {
			this.lock.unlock();
		}
		try {
			this.directory.write(upTo, given);
		}
		catch (IOException ex) {
			// A disk that takes not even this keeps nothing: better that Kafka has it.
			this.listener.writeFailed(ex);
		}
	}

	/** Notes that Kafka has everything up to here. */
	void acknowledge(Watermark upTo) {
		this.lock.lock();
		try {
			if (this.acknowledgements.advance(upTo, this.lastOrdinal)) {
				this.held.acknowledged(upTo.ordinal());
				this.recent.acknowledged(upTo.ordinal());
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Writes down what is acknowledged and deletes what nobody needs any more. That waits
	 * for the disk when there is something to delete.
	 */
	void tidy() throws IOException {
		Watermark upTo;
		boolean done;
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			upTo = this.acknowledgements.upTo();
			this.segments
				.takeDone((segment) -> isDone(segment) && !this.held.needs(segment.number()) && carryOver(segment));
			done = !this.segments.done().isEmpty();
		}
		finally {
			this.lock.unlock();
		}
		if (!upTo.equals(this.directory.acknowledged())) {
			this.directory.write(upTo, 0);
		}
		if (done) {
			deleteDone();
		}
	}

	/**
	 * What was carried over, and the ends of calls that opened in these segments, must be
	 * on the disk first: else a power cut takes both, and leaves no trace of a call. When
	 * the disk cannot force, the segments stay until it can.
	 */
	private void deleteDone() throws IOException {
		this.forcing.lock();
		try {
			List<Segment> done = done();
			if (!done.isEmpty()) {
				force();
			}
			for (Segment segment : done) {
				this.segments.delete(segment);
				deleted(segment);
			}
		}
		finally {
			this.forcing.unlock();
		}
	}

	/** None once it is closed: nothing is forced any more then. */
	private List<Segment> done() {
		this.lock.lock();
		try {
			return this.closed ? List.of() : this.segments.done();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void deleted(Segment segment) {
		this.lock.lock();
		try {
			this.segments.deleted(segment);
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isDone(Segment segment) {
		return segment.lastOrdinal() <= this.acknowledgements.upTo().ordinal()
				&& (segment.lastSeq() <= this.countedUpTo.getAsLong()
						|| this.segments.finishedBytes() > this.keepAcknowledged);
	}

	/**
	 * Writes the calls again that opened in this segment and are still open. Segments go
	 * oldest first, so a call's end never goes before its beginning.
	 */
	private boolean carryOver(Segment segment) {
		for (SpooledCall call : this.open.values()) {
			if (call.segment() <= segment.number()) {
				Checkpoint checkpoint = call.lastCheckpoint();
				CallId callId = call.opened().callId();
				try {
					if (!this.held.isEmpty()) {
						return false;
					}
					write(new Held(RecordType.OPENED, callId, call.frame(), 0, 0, 0));
					if (checkpoint != null) {
						write(new Held(RecordType.CHECKPOINT, callId, SpoolRecords.checkpoint(checkpoint), 0, 0, 0));
					}
				}
				catch (IOException ex) {
					failed(ex);
					return false;
				}
				call.segment(this.segments.activeNumber());
			}
		}
		return true;
	}

	/** The calls that are open now. */
	Collection<SpooledCall> openCalls() {
		return this.open.values();
	}

	SpoolState state() {
		this.lock.lock();
		try {
			return new SpoolState(this.lastOrdinal - this.acknowledgements.upTo().ordinal(),
					this.acknowledgements.oldestAge(System.nanoTime()), this.segments.bytes(), this.held.bytes(),
					this.open.size(), this.lastSeq, !this.diskTakesNothing);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forces everything to the disk and gives the directory free. Where nothing in it is
	 * needed any more, it leaves no record that only this version can read, so that the
	 * first release can go on here. A second time does nothing.
	 */
	@Override
	public void close() throws IOException {
		retryHeld();
		this.forcing.lock();
		this.lock.lock();
		try {
			if (!this.closed) {
				this.closed = true;
				finish();
			}
		}
		finally {
			this.lock.unlock();
			this.forcing.unlock();
		}
	}

	private void finish() throws IOException {
		try (this.directory) {
			this.directory.write(this.acknowledgements.upTo(), this.lastSeq);
			this.segments.close();
			if (isDoneWith()) {
				empty();
			}
		}
	}

	/**
	 * Whether nobody needs what is here: Kafka has it, no call is open, and those who ask
	 * where users stand have been told by budget-service.
	 */
	private boolean isDoneWith() {
		boolean known = this.earlier == null || this.earlier.lastSeq() == 0;
		return known && this.open.isEmpty() && this.held.isEmpty()
				&& this.acknowledgements.upTo().ordinal() == this.lastOrdinal
				&& this.lastSettled <= this.countedUpTo.getAsLong();
	}

	private void empty() {
		try {
			this.segments.empty(this.lastOrdinal, this.lastSeq);
			this.directory.leave(new Watermark(this.lastOrdinal, this.lastSeq));
		}
		catch (IOException ex) {
			logger.warn("The usage spool could not be emptied, which an older gateway would need: {}", ex.toString());
		}
	}

}
