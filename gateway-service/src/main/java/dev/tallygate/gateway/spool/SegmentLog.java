package dev.tallygate.gateway.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records on the disk: the segment that is written, and complete ones before it.
 * Nothing here waits for the disk but {@link Unforced#force} and {@link #delete}, which
 * need no lock; all else is guarded by the spool's.
 */
final class SegmentLog {

	private static final Logger logger = LoggerFactory.getLogger(SegmentLog.class);

	private final SpoolDirectory directory;

	private final SegmentOutput.Factory outputs;

	private final long segmentSize;

	/** Oldest first; the active one is not among them. */
	private final Deque<Segment> finished = new ArrayDeque<>();

	/** Oldest first; nobody needs them, but their files are still there. */
	private final Deque<Segment> done = new ArrayDeque<>();

	/** Complete, but not all of it is known to be on the disk. */
	private final List<Numbered> retired = new ArrayList<>();

	/**
	 * Those that could not be forced. The system may have given up what it could not
	 * write and still say of the next attempt that all is well, so they are written anew.
	 */
	private final Set<Long> suspect = new HashSet<>();

	private @Nullable SegmentOutput active;

	private long activeNumber;

	private long activeBytes;

	private long finishedBytes;

	private long doneBytes;

	private long lastOrdinal;

	private long lastSeq;

	private boolean dirty;

	/** The name of a new file may not be on the disk, be it the first. */
	private boolean created;

	/** A segment that is complete, and the highest numbers in or before it. */
	record Segment(long number, long bytes, long lastOrdinal, long lastSeq) {

	}

	/** Where a segment is written. */
	record Numbered(long number, SegmentOutput output) {

	}

	/**
	 * What a power cut could still take.
	 *
	 * @param suspect numbers of those among {@code retired} that are to be written anew
	 * @param created whether names of files may not be on the disk
	 */
	record Unforced(List<Numbered> retired, Set<Long> suspect, @Nullable Numbered active, boolean created) {

		static final Unforced NOTHING = new Unforced(List.of(), Set.of(), null, false);

		/** Returns when all of it is on the disk. */
		void force(SpoolDirectory directory, SegmentOutput.Factory outputs) throws IOException {
			for (Numbered segment : this.retired) {
				if (this.suspect.contains(segment.number())) {
					rewrite(directory.segment(segment.number()), outputs);
				}
				else {
					segment.output().force();
				}
			}
			if (this.active != null) {
				this.active.output().force();
			}
			if (this.created || !this.suspect.isEmpty()) {
				directory.force();
			}
		}

		/** From what the system still has of it in memory, if that is whole. */
		private static void rewrite(Path path, SegmentOutput.Factory outputs) throws IOException {
			byte[] bytes = Files.readAllBytes(path);
			SegmentScan scan = SegmentScan.of(bytes, (record) -> {
			});
			if (scan.damagedStretches() > 0) {
				throw new IOException(path + " could not be forced, and what can be read of it is damaged");
			}
			outputs.rewrite(path, Arrays.copyOf(bytes, scan.intactEnd()));
		}

		/** All of it is on the disk, whatever closing says. */
		void closeRetired() {
			for (Numbered segment : this.retired) {
				try {
					segment.output().close();
				}
				catch (IOException ex) {
					logger.warn("Spool segment {} could not be closed: {}", segment.number(), ex.toString());
				}
			}
		}

	}

	SegmentLog(SpoolDirectory directory, SegmentOutput.Factory outputs, long segmentSize, Recovered recovered) {
		this.directory = directory;
		this.outputs = outputs;
		this.segmentSize = segmentSize;
		this.finished.addAll(recovered.segments());
		recovered.segments().forEach((segment) -> this.finishedBytes += segment.bytes());
		this.activeNumber = recovered.lastSegment();
		this.lastOrdinal = recovered.lastOrdinal();
		this.lastSeq = recovered.lastSeq();
	}

	/** Appends a frame; ordinal and seq are 0 where it has none. */
	void write(byte[] frame, long ordinal, long seq) throws IOException {
		if (this.active == null || this.activeBytes + frame.length > this.segmentSize) {
			roll();
		}
		SegmentOutput output = this.active;
		if (output == null) {
			throw new IOException("there is no segment to write to");
		}
		output.write(this.activeBytes, frame);
		this.activeBytes += frame.length;
		this.lastOrdinal = Math.max(this.lastOrdinal, ordinal);
		this.lastSeq = Math.max(this.lastSeq, seq);
		this.dirty = true;
	}

	/** Begins a new segment. When that fails, the next write tries again. */
	void roll() throws IOException {
		long number = this.activeNumber + 1;
		byte[] header = header();
		SegmentOutput next = this.outputs.create(this.directory.segment(number));
		try {
			next.write(0, header);
		}
		catch (IOException ex) {
			next.close();
			throw ex;
		}
		if (this.active != null) {
			this.retired.add(new Numbered(this.activeNumber, this.active));
			this.finished.add(new Segment(this.activeNumber, this.activeBytes, this.lastOrdinal, this.lastSeq));
			this.finishedBytes += this.activeBytes;
		}
		this.active = next;
		this.activeNumber = number;
		this.activeBytes = header.length;
		this.dirty = true;
		this.created = true;
	}

	/** Writes something that means nothing, to see whether the disk takes it. */
	void probe() throws IOException {
		write(header(), 0, 0);
	}

	private byte[] header() {
		return SpoolRecords.header(new SpoolRecords.Header(this.lastOrdinal + 1, this.lastSeq + 1));
	}

	/**
	 * What is to be forced now. A segment that is to be written anew must be complete, so
	 * the next one begins.
	 * @throws IOException when that one cannot be made
	 */
	Unforced takeUnforced() throws IOException {
		if (this.suspect.contains(this.activeNumber)) {
			roll();
		}
		SegmentOutput output = this.active;
		Unforced unforced = new Unforced(List.copyOf(this.retired), Set.copyOf(this.suspect),
				(this.dirty && output != null) ? new Numbered(this.activeNumber, output) : null, this.created);
		this.retired.clear();
		this.suspect.clear();
		this.dirty = false;
		this.created = false;
		return unforced;
	}

	/** It could not be forced. */
	void putBack(Unforced unforced) {
		this.retired.addAll(0, unforced.retired());
		unforced.retired().forEach((segment) -> this.suspect.add(segment.number()));
		if (unforced.active() != null) {
			this.suspect.add(unforced.active().number());
		}
		this.dirty = true;
		this.created |= unforced.created();
	}

	/**
	 * Takes away the oldest segments, as far as they are {@code done}. Their files stay
	 * until they are deleted.
	 */
	void takeDone(Predicate<Segment> done) {
		while (!this.finished.isEmpty() && done.test(this.finished.getFirst())) {
			Segment segment = this.finished.removeFirst();
			this.finishedBytes -= segment.bytes();
			this.done.add(segment);
			this.doneBytes += segment.bytes();
		}
	}

	/** The segments that were taken away and are to be deleted. */
	List<Segment> done() {
		return List.copyOf(this.done);
	}

	/** Deletes the file of a segment that was taken away. */
	void delete(Segment segment) throws IOException {
		Path path = this.directory.segment(segment.number());
		try {
			Files.delete(path);
		}
		catch (NoSuchFileException ex) {
			logger.warn("Somebody else deleted the spool segment {}", path);
		}
	}

	/** Its file is deleted. */
	void deleted(Segment segment) {
		if (this.done.remove(segment)) {
			this.doneBytes -= segment.bytes();
		}
	}

	/** The segments that may hold what follows {@code ordinal}. */
	List<Long> after(long ordinal) {
		List<Long> numbers = new ArrayList<>();
		this.finished.stream()
			.filter((segment) -> segment.lastOrdinal() > ordinal)
			.forEach((segment) -> numbers.add(segment.number()));
		numbers.add(this.activeNumber);
		return numbers;
	}

	/** All events of a segment after {@code ordinal}. Needs no lock. */
	List<Sendable> read(long number, long ordinal) throws IOException {
		List<Sendable> events = new ArrayList<>();
		SegmentScan.of(Files.readAllBytes(this.directory.segment(number)), (record) -> {
			Sendable event = switch (record.type()) {
				case SETTLED, SETTLED_WITHOUT_KEY -> SpoolRecords.settled(record).event();
				case NOTE -> SpoolRecords.note(record);
				case HEADER, OPENED, CHECKPOINT, VOIDED -> null;
			};
			if (event != null && event.ordinal() > ordinal) {
				events.add(event);
			}
		});
		return events;
	}

	/** The segment that is written now. */
	long activeNumber() {
		return this.activeNumber;
	}

	/** The highest ordinal on the disk. */
	long lastOrdinal() {
		return this.lastOrdinal;
	}

	/** Bytes in all segments, as long as their files are there. */
	long bytes() {
		return this.doneBytes + this.finishedBytes + this.activeBytes;
	}

	/** Bytes in the complete ones that are needed. */
	long finishedBytes() {
		return this.finishedBytes;
	}

	/**
	 * After it was closed: leaves one segment, with nothing in it but where the numbers
	 * go on. That is on the disk before anything is deleted.
	 */
	void empty(long lastOrdinal, long lastSeq) throws IOException {
		SegmentOutput next = this.outputs.create(this.directory.segment(this.activeNumber + 1));
		try {
			next.write(0, SpoolRecords.header(new SpoolRecords.Header(lastOrdinal + 1, lastSeq + 1)));
			next.force();
		}
		finally {
			next.close();
		}
		this.directory.force();
		this.finished.add(new Segment(this.activeNumber, this.activeBytes, lastOrdinal, lastSeq));
		takeDone((segment) -> true);
		for (Segment segment : done()) {
			delete(segment);
			deleted(segment);
		}
	}

	/** Forces everything and closes it, also when that cannot be forced. */
	void close() throws IOException {
		Unforced unforced = takeUnforced();
		try {
			unforced.force(this.directory, this.outputs);
		}
		finally {
			unforced.closeRetired();
			if (this.active != null) {
				this.active.close();
			}
		}
	}

}
