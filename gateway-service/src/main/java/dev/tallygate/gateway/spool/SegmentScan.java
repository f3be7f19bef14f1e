package dev.tallygate.gateway.spool;

import java.util.function.Consumer;

/**
 * Goes through the bytes of a segment. Damage in the middle costs the records it hit and
 * no other; what follows the last intact record is a torn tail.
 *
 * @param intactEnd where the last intact record ends
 * @param damagedStretches how many stretches between intact records were unreadable
 */
record SegmentScan(int intactEnd, int damagedStretches) {

	static SegmentScan of(byte[] bytes, Consumer<RecordReader> records) {
		int offset = 0;
		int intactEnd = 0;
		int damaged = 0;
		while (offset < bytes.length) {
			int length = Frame.lengthAt(bytes, offset, bytes.length);
			if (length < 0) {
				offset++;
				continue;
			}
			if (offset > intactEnd) {
				damaged++;
			}
			records.accept(new RecordReader(bytes, offset, length));
			offset += length;
			intactEnd = offset;
		}
		return new SegmentScan(intactEnd, damaged);
	}

}
