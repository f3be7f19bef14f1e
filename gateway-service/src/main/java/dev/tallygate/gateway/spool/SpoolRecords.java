package dev.tallygate.gateway.spool;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.CloudEvent;
import dev.tallygate.events.Credential;
import dev.tallygate.events.EventCodec;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UsageSettled.Operation;
import dev.tallygate.events.UserId;
import dev.tallygate.gateway.admission.PostedCall;
import dev.tallygate.gateway.pricing.Demand;
import dev.tallygate.pricing.CallPrice;
import dev.tallygate.pricing.Meter;
import dev.tallygate.pricing.PriceRow;
import dev.tallygate.pricing.Reach;
import dev.tallygate.pricing.Served;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import dev.tallygate.gateway.usage.CallOpened;
import dev.tallygate.gateway.usage.CallRequest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The records of the spool as bytes. What is in them is only ever added to, at the end.
 */
final class SpoolRecords {

	/** Few records with an event are longer; their buffer grows. */
	private static final int EVENT_BYTES = 2048;

	/** Where the ordinal of a sendable record is in its frame; the seq follows it. */
	private static final int ORDINAL_AT = Frame.HEADER_BYTES + 1;

	private static final int SEQ_AT = ORDINAL_AT + Long.BYTES;

	private static final long NONE = -1;

	private SpoolRecords() {
	}

	/** Where the numbers of a segment start. */
	record Header(long nextOrdinal, long nextSeq) {

	}

	/** What an open call has delivered. */
	record Checkpoint(CallId callId, Instant at, long outputTokens) {

	}

	static byte[] header(Header header) {
		return new RecordWriter(RecordType.HEADER, 32).int64(header.nextOrdinal()).int64(header.nextSeq()).frame();
	}

	static Header header(RecordReader record) {
		return new Header(record.int64(), record.int64());
	}

	static byte[] opened(CallOpened call) {
		CallRequest asked = call.request();
		RecordWriter record = new RecordWriter(RecordType.OPENED, 384).uuid(call.callId().value())
			.uuid(asked.userId().value())
			.optionalUuid((asked.apiKeyId() != null) ? asked.apiKeyId().value() : null)
			.text((asked.keyType() != null) ? asked.keyType().name() : null)
			.optionalUuid((asked.agentId() != null) ? asked.agentId().value() : null)
			.text(asked.conversationId())
			.text(asked.provider())
			.text(asked.requestModel())
			.text(asked.model())
			.text(asked.operation().name())
			.int8(asked.streamed() ? 1 : 0)
			.text(asked.credential().name())
			.int64(asked.demand().inputTokens())
			.instant(call.startedAt())
			.int32(call.period().getYear())
			.int8(call.period().getMonthValue())
			.int64(call.day().toEpochDay())
			.text(call.priceVersion());
		CallPrice price = call.price();
		if (price != null) {
			// What an abandoned call is charged by: an estimate knows text alone.
			PriceRow plain = price.row()
				.plainAt(asked.demand().reach().asked(), asked.demand().inputTokens(), call.startedAt());
			record.int64(priceOf(plain, Meter.INPUT))
				.int64(priceOf(plain, Meter.OUTPUT))
				.int64(priceOf(plain, Meter.CACHE_READ))
				.int64(priceOf(plain, Meter.CACHE_WRITE_5M))
				.instant(plain.effectiveFrom());
		}
		Served served = asked.demand().reach().asked();
		Long maxOutputTokens = asked.demand().maxOutputTokens();
		return record.int64((maxOutputTokens != null) ? maxOutputTokens : NONE)
			.int32(asked.demand().choices())
			.int8(asked.repeat() ? 1 : 0)
			.text(served.serviceTier())
			.text(served.region())
			.text(served.speed())
			.text(tags(asked.tags()))
			.frame();
	}

	static CallOpened opened(RecordReader record) {
		CallId callId = new CallId(record.uuid());
		UserId userId = new UserId(record.uuid());
		UUID apiKeyId = record.optionalUuid();
		String keyType = record.text();
		UUID agentId = record.optionalUuid();
		String conversationId = record.text();
		String provider = record.requiredText();
		String requestModel = record.text();
		String model = record.requiredText();
		Operation operation = Operation.valueOf(record.requiredText());
		boolean streamed = record.int8() == 1;
		Credential credential = Credential.valueOf(record.requiredText());
		long inputTokens = record.int64();
		Instant startedAt = record.instant();
		record.skip(Integer.BYTES + 1);
		LocalDate day = LocalDate.ofEpochDay(record.int64());
		String priceVersion = record.text();
		CallPrice price = (priceVersion == null) ? null : price(provider, model, record);
		long maxOutputTokens = record.hasMore() ? record.int64() : NONE;
		int choices = record.hasMore() ? record.int32() : 1;
		boolean repeat = record.hasMore() && record.int8() == 1;
		Served served = record.hasMore() ? new Served(record.text(), false, record.text(), record.text())
				: Served.PLAIN;
		Map<String, String> tags = record.hasMore() ? tags(record.text()) : Map.of();
		CallRequest asked = new CallRequest(userId, (apiKeyId != null) ? new ApiKeyId(apiKeyId) : null,
				(keyType != null) ? KeyType.valueOf(keyType) : null, (agentId != null) ? new AgentId(agentId) : null,
				conversationId, provider, requestModel, model, operation, streamed, credential,
				new Demand(inputTokens, (maxOutputTokens != NONE) ? Long.valueOf(maxOutputTokens) : null, choices,
						List.of(), new Reach(served, Set.of(), Map.of())),
				tags, repeat);
		return new CallOpened(callId, asked, price, priceVersion, startedAt, day);
	}

	private static long priceOf(PriceRow row, Meter meter) {
		Long price = row.price(meter);
		return (price != null) ? price : NONE;
	}

	private static CallPrice price(String provider, String model, RecordReader record) {
		long[] prices = { record.int64(), record.int64(), record.int64(), record.int64() };
		PriceRow.Builder row = PriceRow.of(provider, model, record.instant());
		Meter[] meters = { Meter.INPUT, Meter.OUTPUT, Meter.CACHE_READ, Meter.CACHE_WRITE_5M };
		for (int i = 0; i < meters.length; i++) {
			if (prices[i] != NONE) {
				row.price(meters[i], prices[i]);
			}
		}
		return CallPrice.of(row.build());
	}

	/** Neither names nor values of tags have line ends or equals signs in names. */
	private static @Nullable String tags(Map<String, String> tags) {
		if (tags.isEmpty()) {
			return null;
		}
		StringBuilder text = new StringBuilder();
		new TreeMap<>(tags).forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
		return text.toString();
	}

	private static Map<String, String> tags(@Nullable String text) {
		Map<String, String> tags = new TreeMap<>();
		if (text != null) {
			text.lines().forEach((line) -> {
				int equals = line.indexOf('=');
				if (equals > 0) {
					tags.put(line.substring(0, equals), line.substring(equals + 1));
				}
			});
		}
		return tags;
	}

	static byte[] checkpoint(Checkpoint checkpoint) {
		return new RecordWriter(RecordType.CHECKPOINT, 48).uuid(checkpoint.callId().value())
			.instant(checkpoint.at())
			.int64(checkpoint.outputTokens())
			.frame();
	}

	static Checkpoint checkpoint(RecordReader record) {
		return new Checkpoint(new CallId(record.uuid()), record.instant(), record.int64());
	}

	static byte[] voided(CallId callId) {
		return new RecordWriter(RecordType.VOIDED, 24).uuid(callId.value()).frame();
	}

	static CallId voided(RecordReader record) {
		return new CallId(record.uuid());
	}

	/**
	 * A settled call, still without its numbers.
	 * @param event what is to be sent of it, without a sequence number
	 */
	static Unnumbered settled(CloudEvent<UsageSettled> event) {
		UsageSettled call = event.data();
		RecordWriter record = new RecordWriter(RecordType.SETTLED, EVENT_BYTES).int64(0)
			.int64(0)
			.uuid(call.userId().value())
			.uuid(call.callId().value())
			.int64((call.costNanos() != null) ? call.costNanos().value() : NONE)
			.text(call.credential().name())
			.instant(call.startedAt())
			.int64(call.day().toEpochDay())
			.optionalUuid((call.apiKeyId() != null) ? call.apiKeyId().value() : null);
		return unnumbered(record, event);
	}

	/**
	 * An event that ends no call, still without its number.
	 */
	static Unnumbered note(CloudEvent<? extends UsageEvent> event) {
		return unnumbered(
				new RecordWriter(RecordType.NOTE, EVENT_BYTES).int64(0).int64(0).uuid(event.data().userId().value()),
				event);
	}

	private static Unnumbered unnumbered(RecordWriter record, CloudEvent<?> event) {
		int from = record.size();
		EventCodec.encode(event, record.rest());
		return new Unnumbered(record.unsealed(), from);
	}

	/**
	 * Gives a sendable record its numbers and seals it.
	 * @param seq 0 for none
	 */
	static void number(byte[] frame, long ordinal, long seq) {
		Frame.LONGS.set(frame, ORDINAL_AT, ordinal);
		Frame.LONGS.set(frame, SEQ_AT, seq);
		Frame.seal(frame);
	}

	static Settled settled(RecordReader record) {
		SettledHead head = settledHead(record);
		return new Settled(head,
				new Sendable(head.ordinal(), head.posted().seq(), head.posted().userId(), record.rest(), 0));
	}

	/** Reads all but the event. */
	static SettledHead settledHead(RecordReader record) {
		long ordinal = record.int64();
		long seq = record.int64();
		UserId userId = new UserId(record.uuid());
		CallId callId = new CallId(record.uuid());
		long cost = record.int64();
		Credential credential = Credential.valueOf(record.requiredText());
		Instant startedAt = record.instant();
		LocalDate day;
		UUID apiKeyId = null;
		if (record.type() == RecordType.SETTLED) {
			day = LocalDate.ofEpochDay(record.int64());
			apiKeyId = record.optionalUuid();
		}
		else {
			day = dayOf(YearMonth.of(record.int32(), record.int8()), startedAt);
		}
		return new SettledHead(ordinal, callId,
				new PostedCall(userId, (apiKeyId != null) ? new ApiKeyId(apiKeyId) : null, seq,
						(cost != NONE) ? cost : 0, credential, startedAt, day));
	}

	/** The day in UTC, brought into the month that was written. */
	private static LocalDate dayOf(YearMonth month, Instant at) {
		LocalDate day = LocalDate.ofInstant(at, ZoneOffset.UTC);
		if (YearMonth.from(day).equals(month)) {
			return day;
		}
		return YearMonth.from(day).isBefore(month) ? month.atDay(1) : month.atEndOfMonth();
	}

	static Sendable note(RecordReader record) {
		long ordinal = record.int64();
		long seq = record.int64();
		return new Sendable(ordinal, seq, new UserId(record.uuid()), record.rest(), 0);
	}

	/**
	 * A sendable record without its numbers.
	 *
	 * @param frame the record
	 * @param from where its event starts, which goes to the end
	 */
	// Never compared or printed, so an array does no harm.
	@SuppressWarnings("ArrayRecordComponent")
	record Unnumbered(byte[] frame, int from) {

		/** The event under these numbers. */
		Sendable event(long ordinal, long seq, UserId key) {
			return new Sendable(ordinal, seq, key, this.frame, this.from);
		}

	}

	/** A settled call as found in the spool. */
	record Settled(SettledHead head, Sendable event) {

	}

	/** What a settled call did to its user's spend. */
	record SettledHead(long ordinal, CallId callId, PostedCall posted) {

	}

}
