package dev.tallygate.gateway.spool;

import dev.tallygate.events.CallId;
import dev.tallygate.gateway.admission.EarlierCalls;
import dev.tallygate.gateway.spool.SegmentLog.Segment;
import dev.tallygate.gateway.spool.SpoolRecords.Checkpoint;
import dev.tallygate.gateway.usage.CallOpened;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a spool says when it is read from the start: who is still open, who has settled,
 * and where the numbers go on.
 */
final class Recovered {

	private static final Logger logger = LoggerFactory.getLogger(Recovered.class);

	private final Map<CallId, CallOpened> open = new LinkedHashMap<>();

	private final Map<CallId, Checkpoint> checkpoints = new LinkedHashMap<>();

	/** Summed up as they are found: a long outage leaves more than memory holds. */
	private final EarlierCalls settled = new EarlierCalls();

	/** The last ordinal in or before each segment. */
	private final TreeMap<Long, Segment> segments = new TreeMap<>();

	private long lastOrdinal;

	private long lastSeq;

	private long lastSegment;

	private int damagedStretches;

	static Recovered from(SpoolDirectory directory) throws IOException {
		Recovered recovered = new Recovered();
		recovered.lastOrdinal = directory.acknowledged().ordinal();
		recovered.lastSeq = Math.max(directory.acknowledged().seq(), directory.neverAgain());
		List<Long> numbers = directory.segments();
		for (Long number : numbers) {
			recovered.read(number, directory.segment(number), number.equals(numbers.getLast()));
		}
		return recovered;
	}

	private void read(long number, Path path, boolean last) throws IOException {
		byte[] bytes = Files.readAllBytes(path);
		SegmentScan scan = SegmentScan.of(bytes, this::read);
		if (scan.damagedStretches() > 0) {
			this.damagedStretches += scan.damagedStretches();
			logger.error(
					"The spool segment {} is damaged in {} places; calls settled there show as abandoned or as gaps",
					path, scan.damagedStretches());
		}
		if (scan.intactEnd() < bytes.length) {
			if (!last) {
				this.damagedStretches++;
			}
			logger.warn("{} bytes of an unfinished record cut off from {}", bytes.length - scan.intactEnd(), path);
			try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
				file.setLength(scan.intactEnd());
			}
		}
		this.lastSegment = number;
		this.segments.put(number, new Segment(number, scan.intactEnd(), this.lastOrdinal, this.lastSeq));
	}

	private void read(RecordReader record) {
		switch (record.type()) {
			case HEADER -> {
				SpoolRecords.Header header = SpoolRecords.header(record);
				numbers(header.nextOrdinal() - 1, header.nextSeq() - 1);
			}
			case OPENED -> {
				CallOpened call = SpoolRecords.opened(record);
				this.open.put(call.callId(), call);
			}
			case CHECKPOINT -> {
				Checkpoint checkpoint = SpoolRecords.checkpoint(record);
				this.checkpoints.put(checkpoint.callId(), checkpoint);
			}
			case SETTLED, SETTLED_WITHOUT_KEY -> {
				SpoolRecords.SettledHead call = SpoolRecords.settledHead(record);
				numbers(call.ordinal(), call.posted().seq());
				this.settled.add(call.posted());
				closed(call.callId());
			}
			case VOIDED -> closed(SpoolRecords.voided(record));
			case NOTE -> numbers(SpoolRecords.note(record).ordinal(), 0);
		}
	}

	private void numbers(long ordinal, long seq) {
		this.lastOrdinal = Math.max(this.lastOrdinal, ordinal);
		this.lastSeq = Math.max(this.lastSeq, seq);
	}

	private void closed(CallId callId) {
		this.open.remove(callId);
		this.checkpoints.remove(callId);
	}

	/** Calls that were opened and never closed, oldest first. */
	List<CallOpened> open() {
		return List.copyOf(this.open.values());
	}

	Map<CallId, Checkpoint> checkpoints() {
		return this.checkpoints;
	}

	/** Calls of this source that settled. */
	EarlierCalls settled() {
		return this.settled;
	}

	/** The segments there are, oldest first. */
	List<Segment> segments() {
		return List.copyOf(this.segments.values());
	}

	long lastOrdinal() {
		return this.lastOrdinal;
	}

	long lastSeq() {
		return this.lastSeq;
	}

	long lastSegment() {
		return this.lastSegment;
	}

	int damagedStretches() {
		return this.damagedStretches;
	}

}
