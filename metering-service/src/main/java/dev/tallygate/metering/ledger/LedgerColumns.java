package dev.tallygate.metering.ledger;

import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.metering.ledger.BinaryValues.ColumnType;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.support.SqlValue;
import tools.jackson.databind.json.JsonMapper;

/**
 * The columns of the ledger and how an entry fills them. A batch travels as one array of
 * rows, so that whatever its size it is one statement with one plan.
 */
final class LedgerColumns {

	/** The composite type that has these columns in this order. */
	private static final String ENTRY = "ledger_line";

	/**
	 * Only these of an entry may differ when the same event comes again: the last three
	 * are what the ledger made of it.
	 */
	private static final List<String> UNCOMPARED = List.of("event_id", "user_id", "recorded_at", "tags",
			"unpriced_change", "partly_priced_change");

	private static final JsonMapper JSON = new JsonMapper();

	/** The name on the wire and in the table is the constant's own in lower case. */
	private static final Map<Enum<?>, String> CONSTANTS = Stream
		.of(KeyType.values(), UsageSettled.Operation.values(), Credential.values(), UsageSettled.Status.values(),
				UsageSettled.UsageSource.values())
		.flatMap(Stream::of)
		.collect(Collectors.toUnmodifiableMap((constant) -> constant,
				(constant) -> constant.name().toLowerCase(Locale.ROOT)));

	private static final List<Column> COLUMNS = List.of(column("event_id", ColumnType.UUID, LedgerEntry::eventId),
			column("kind", ColumnType.TEXT, (entry) -> (entry.settled() != null) ? "settled" : "adjusted"),
			column("call_id", ColumnType.UUID, (entry) -> entry.callId().value()),
			column("user_id", ColumnType.UUID, (entry) -> entry.userId().value()),
			column("api_key_id", ColumnType.UUID,
					(entry) -> (entry.apiKeyId() != null) ? entry.apiKeyId().value() : null),
			column("key_type", ColumnType.TEXT, (entry) -> name(entry.keyType())),
			column("agent_id", ColumnType.UUID, (entry) -> (entry.agentId() != null) ? entry.agentId().value() : null),
			settled("conversation_id", ColumnType.TEXT, UsageSettled::conversationId),
			column("provider", ColumnType.TEXT, LedgerEntry::provider),
			settled("request_model", ColumnType.TEXT, UsageSettled::requestModel),
			column("model", ColumnType.TEXT, LedgerEntry::model),
			settled("operation", ColumnType.TEXT, (call) -> name(call.operation())),
			settled("streamed", ColumnType.BOOLEAN, UsageSettled::streamed),
			column("credential", ColumnType.TEXT, (entry) -> name(entry.credential())),
			settled("status", ColumnType.TEXT, (call) -> name(call.status())),
			settled("usage_source", ColumnType.TEXT, (call) -> name(call.usageSource())),
			settled("input_tokens", ColumnType.BIGINT, UsageSettled::inputTokens),
			settled("cache_read_input_tokens", ColumnType.BIGINT, UsageSettled::cacheReadInputTokens),
			settled("cache_write_input_tokens", ColumnType.BIGINT, UsageSettled::cacheWriteInputTokens),
			settled("output_tokens", ColumnType.BIGINT, UsageSettled::outputTokens),
			settled("reasoning_output_tokens", ColumnType.BIGINT, UsageSettled::reasoningOutputTokens),
			column("cost_nanos", ColumnType.BIGINT,
					(entry) -> (entry.costNanos() != null) ? entry.costNanos().value() : null),
			column("price_version", ColumnType.TEXT, LedgerEntry::priceVersion),
			settled("started_at", ColumnType.TIMESTAMPTZ, UsageSettled::startedAt),
			settled("finished_at", ColumnType.TIMESTAMPTZ, UsageSettled::finishedAt),
			column("period", ColumnType.DATE, (entry) -> entry.period().atDay(1)),
			column("day", ColumnType.DATE, LedgerEntry::day), column("utc_day", ColumnType.DATE, LedgerEntry::utcDay),
			settled("time_to_first_byte_millis", ColumnType.BIGINT, UsageSettled::timeToFirstByteMillis),
			settled("attempts", ColumnType.INTEGER, UsageSettled::attempts),
			settled("http_status", ColumnType.INTEGER, UsageSettled::httpStatus),
			correction("job", ColumnType.UUID, UsageAdjusted::job),
			correction("reason", ColumnType.TEXT, UsageAdjusted::reason),
			column("source", ColumnType.TEXT, LedgerEntry::source), column("seq", ColumnType.BIGINT, LedgerEntry::seq),
			column("recorded_at", ColumnType.TIMESTAMPTZ, LedgerEntry::recordedAt),
			column("tags", ColumnType.JSONB, (entry) -> json(entry.tags())),
			settled("quantities", ColumnType.JSONB, (call) -> json(call.quantities())),
			settled("basis", ColumnType.JSONB, (call) -> json(call.basis())),
			column("charges", ColumnType.JSONB, (entry) -> json(entry.charges())),
			column("unpriced_meters", ColumnType.JSONB, (entry) -> json(entry.unpricedMeters())),
			settled("repeated", ColumnType.BOOLEAN, UsageSettled::repeat),
			column("unpriced_change", ColumnType.SMALLINT, (entry) -> change(entry.effect().unpricedChange())),
			column("partly_priced_change", ColumnType.SMALLINT,
					(entry) -> change(entry.effect().partlyPricedChange())));

	private static final List<ColumnType> TYPES = COLUMNS.stream().map(Column::type).toList();

	/** All names, as an insert lists them. */
	static final String NAMES = COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));

	/** A table {@code e} of the batch, which is one parameter. */
	static final String BATCH = "unnest(?::" + ENTRY + "[]) AS e";

	/** The same with a column {@code place}, counting from 1. */
	static final String NUMBERED_BATCH = "unnest(?::" + ENTRY + "[]) WITH ORDINALITY AS e (" + NAMES + ", place)";

	/** What must be equal for a row of the batch to be a true duplicate of {@code l}. */
	static final String DIFFERENT = COLUMNS.stream()
		.map(Column::name)
		.filter((name) -> !UNCOMPARED.contains(name))
		.map((name) -> "l." + name + " IS DISTINCT FROM e." + name)
		.collect(Collectors.joining(" OR ")) + " OR (l.kind = 'settled' AND l.tags IS DISTINCT FROM e.tags)";

	private LedgerColumns() {
	}

	/** The parameter of {@link #BATCH}. */
	static SqlValue parameter(List<LedgerEntry> entries) {
		return BinaryRows.parameter(ENTRY, TYPES, entries.stream().map(LedgerColumns::values).toList());
	}

	/**
	 * The rows of a batch as {@code COPY ledger (NAMES, batch)} reads them.
	 * @param batch the batch's number
	 */
	static BinaryCopy copy(List<LedgerEntry> entries, long batch) {
		BinaryCopy copy = new BinaryCopy(entries.size());
		for (LedgerEntry entry : entries) {
			copy.begin(COLUMNS.size() + 1);
			COLUMNS.forEach((column) -> copy.add(column.type(), column.value().apply(entry)));
			copy.add(ColumnType.BIGINT, batch);
		}
		return copy;
	}

	private static @Nullable Object[] values(LedgerEntry entry) {
		@Nullable Object[] values = new @Nullable Object[COLUMNS.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = COLUMNS.get(i).value().apply(entry);
		}
		return values;
	}

	private static Column column(String name, ColumnType type, Function<LedgerEntry, @Nullable Object> value) {
		return new Column(name, type, value);
	}

	private static Column settled(String name, ColumnType type, Function<UsageSettled, @Nullable Object> value) {
		return new Column(name, type, (entry) -> (entry.settled() != null) ? value.apply(entry.settled()) : null);
	}

	private static Column correction(String name, ColumnType type, Function<UsageAdjusted, @Nullable Object> value) {
		return new Column(name, type, (entry) -> (entry.correction() != null) ? value.apply(entry.correction()) : null);
	}

	/** As it is on the wire and in the table. */
	static @Nullable String name(@Nullable Enum<?> constant) {
		return (constant != null) ? Objects.requireNonNull(CONSTANTS.get(constant)) : null;
	}

	private static byte @Nullable [] json(@Nullable Object value) {
		return (value != null) ? JSON.writeValueAsBytes(value) : null;
	}

	private static @Nullable Short change(int change) {
		return (change != 0) ? Short.valueOf((short) change) : null;
	}

	private record Column(String name, ColumnType type, Function<LedgerEntry, @Nullable Object> value) {

	}

}
