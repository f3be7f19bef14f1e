package dev.tallygate.gateway.usage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads events back from a segment, for a sender that has fallen behind.
 */
final class SegmentReader {

	private SegmentReader() {
	}

	/** All events of the segment after {@code ordinal}. */
	static List<Sendable> read(Path segment, long ordinal) throws IOException {
		List<Sendable> events = new ArrayList<>();
		SegmentScan.of(Files.readAllBytes(segment), (record) -> {
			Sendable event = switch (record.type()) {
				case SETTLED -> SpoolRecords.settled(record).event();
				case NOTE -> SpoolRecords.note(record);
				case HEADER, OPENED, CHECKPOINT, VOIDED -> null;
			};
			if (event != null && event.ordinal() > ordinal) {
				events.add(event);
			}
		});
		return events;
	}

}
