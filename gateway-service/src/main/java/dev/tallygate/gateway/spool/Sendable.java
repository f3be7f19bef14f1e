package dev.tallygate.gateway.spool;

import dev.tallygate.events.UserId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An event in the spool that Kafka is to have.
 *
 * @param ordinal its place among all sendable records, gapless from 1
 * @param seq its sequence number, 0 when it has none
 * @param key the record key
 * @param bytes hold the event without its sequence number, as JSON
 * @param from where it starts; it goes to their end
 */
// Never compared or printed, so an array does no harm.
@SuppressWarnings("ArrayRecordComponent")
record Sendable(long ordinal, long seq, UserId key, byte[] bytes, int from) {

	/**
	 * The event as it goes out: the sequence number comes first, because it is known
	 * last.
	 */
	byte[] payload() {
		if (this.seq == 0) {
			return (this.from == 0) ? this.bytes : Arrays.copyOfRange(this.bytes, this.from, this.bytes.length);
		}
		byte[] start = ("{\"seq\":\"" + this.seq + "\",").getBytes(StandardCharsets.US_ASCII);
		int rest = this.bytes.length - this.from - 1;
		byte[] payload = new byte[start.length + rest];
		System.arraycopy(start, 0, payload, 0, start.length);
		System.arraycopy(this.bytes, this.from + 1, payload, start.length, rest);
		return payload;
	}

}
