package dev.tallygate.gateway.spool;

import dev.tallygate.events.UserId;
import java.nio.charset.StandardCharsets;

/**
 * An event in the spool that Kafka is to have.
 *
 * @param ordinal its place among all sendable records, gapless from 1
 * @param seq its sequence number, 0 when it has none
 * @param key the record key
 * @param json the event without its sequence number
 */
// Never compared or printed, so an array does no harm.
@SuppressWarnings("ArrayRecordComponent")
record Sendable(long ordinal, long seq, UserId key, byte[] json) {

	/**
	 * The event as it goes out: the sequence number comes first, because it is known
	 * last.
	 */
	byte[] payload() {
		if (this.seq == 0) {
			return this.json;
		}
		byte[] start = ("{\"seq\":\"" + this.seq + "\",").getBytes(StandardCharsets.US_ASCII);
		byte[] payload = new byte[start.length + this.json.length - 1];
		System.arraycopy(start, 0, payload, 0, start.length);
		System.arraycopy(this.json, 1, payload, start.length, this.json.length - 1);
		return payload;
	}

}
