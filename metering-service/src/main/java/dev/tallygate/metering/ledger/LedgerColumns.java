package dev.tallygate.metering.ledger;

import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageSettled;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The columns of the ledger and how an entry fills them. Whole columns travel as arrays,
 * so that a batch of any size is one statement with one plan.
 */
final class LedgerColumns {

	/** Only these two of an entry may differ when the same event comes again. */
	private static final List<String> UNCOMPARED = List.of("event_id", "recorded_at");

	private static final List<Column> COLUMNS = List.of(column("event_id", "uuid", LedgerEntry::eventId),
			column("kind", "text", (entry) -> (entry.settled() != null) ? "settled" : "adjusted"),
			column("call_id", "uuid", (entry) -> entry.callId().value()),
			column("user_id", "uuid", (entry) -> entry.userId().value()),
			column("api_key_id", "uuid", (entry) -> (entry.apiKeyId() != null) ? entry.apiKeyId().value() : null),
			column("key_type", "text", (entry) -> name(entry.keyType())),
			column("agent_id", "uuid", (entry) -> (entry.agentId() != null) ? entry.agentId().value() : null),
			settled("conversation_id", "text", UsageSettled::conversationId),
			column("provider", "text", LedgerEntry::provider),
			settled("request_model", "text", UsageSettled::requestModel), column("model", "text", LedgerEntry::model),
			settled("operation", "text", (call) -> name(call.operation())),
			settled("streamed", "boolean", UsageSettled::streamed),
			column("credential", "text", (entry) -> name(entry.credential())),
			settled("status", "text", (call) -> name(call.status())),
			settled("usage_source", "text", (call) -> name(call.usageSource())),
			settled("input_tokens", "bigint", UsageSettled::inputTokens),
			settled("cache_read_input_tokens", "bigint", UsageSettled::cacheReadInputTokens),
			settled("cache_write_input_tokens", "bigint", UsageSettled::cacheWriteInputTokens),
			settled("output_tokens", "bigint", UsageSettled::outputTokens),
			settled("reasoning_output_tokens", "bigint", UsageSettled::reasoningOutputTokens),
			column("cost_nanos", "bigint", (entry) -> (entry.costNanos() != null) ? entry.costNanos().value() : null),
			column("price_version", "text", LedgerEntry::priceVersion),
			settled("started_at", "timestamptz", UsageSettled::startedAt),
			settled("finished_at", "timestamptz", UsageSettled::finishedAt),
			column("period", "date", (entry) -> entry.period().atDay(1)), column("day", "date", LedgerEntry::day),
			column("utc_day", "date", LedgerEntry::utcDay),
			settled("time_to_first_byte_millis", "bigint", UsageSettled::timeToFirstByteMillis),
			settled("attempts", "integer", UsageSettled::attempts),
			settled("http_status", "integer", UsageSettled::httpStatus), correction("job", "uuid", UsageAdjusted::job),
			correction("reason", "text", UsageAdjusted::reason), column("source", "text", LedgerEntry::source),
			column("seq", "bigint", LedgerEntry::seq), column("recorded_at", "timestamptz", LedgerEntry::recordedAt));

	/** All names, as an insert lists them. */
	static final String NAMES = COLUMNS.stream().map(Column::name).collect(Collectors.joining(", "));

	/** A table {@code e} of the batch, one parameter per column. */
	static final String BATCH = unnested() + " AS e (" + NAMES + ")";

	/** The same with a column {@code place}, counting from 1. */
	static final String NUMBERED_BATCH = unnested() + " WITH ORDINALITY AS e (" + NAMES + ", place)";

	/** The batch's columns in the table's types. */
	static final String VALUES = COLUMNS.stream()
		.map((column) -> "e." + column.name() + (column.type().equals(column.transport()) ? "" : "::" + column.type()))
		.collect(Collectors.joining(", "));

	/** What must be equal for a row of the batch to be a true duplicate of {@code l}. */
	static final String DIFFERENT = COLUMNS.stream()
		.filter((column) -> !UNCOMPARED.contains(column.name()))
		.map((column) -> "l." + column.name() + " IS DISTINCT FROM e." + column.name()
				+ (column.type().equals(column.transport()) ? "" : "::" + column.type()))
		.collect(Collectors.joining(" OR "));

	private LedgerColumns() {
	}

	private static String unnested() {
		return COLUMNS.stream()
			.map((column) -> "?::" + column.transport() + "[]")
			.collect(Collectors.joining(", ", "unnest(", ")"));
	}

	/** The parameters of {@link #BATCH}. */
	static Array[] arrays(Connection connection, List<LedgerEntry> entries) throws SQLException {
		Array[] arrays = new Array[COLUMNS.size()];
		for (int i = 0; i < arrays.length; i++) {
			Column column = COLUMNS.get(i);
			@Nullable Object[] values = new @Nullable Object[entries.size()];
			for (int row = 0; row < values.length; row++) {
				values[row] = column.transported(entries.get(row));
			}
			arrays[i] = connection.createArrayOf(column.transport(), values);
		}
		return arrays;
	}

	private static Column column(String name, String type, Function<LedgerEntry, @Nullable Object> value) {
		return new Column(name, type, value);
	}

	private static Column settled(String name, String type, Function<UsageSettled, @Nullable Object> value) {
		return new Column(name, type, (entry) -> (entry.settled() != null) ? value.apply(entry.settled()) : null);
	}

	private static Column correction(String name, String type, Function<UsageAdjusted, @Nullable Object> value) {
		return new Column(name, type, (entry) -> (entry.correction() != null) ? value.apply(entry.correction()) : null);
	}

	/** The name on the wire and in the table is the constant's own in lower case. */
	private static @Nullable String name(@Nullable Enum<?> constant) {
		return (constant != null) ? constant.name().toLowerCase(Locale.ROOT) : null;
	}

	private record Column(String name, String type, Function<LedgerEntry, @Nullable Object> value) {

		/**
		 * Times and dates travel as text: their Java types have no array of their own.
		 */
		String transport() {
			return (this.type.equals("timestamptz") || this.type.equals("date")) ? "text" : this.type;
		}

		@Nullable Object transported(LedgerEntry entry) {
			Object plain = this.value.apply(entry);
			return (plain != null && transport().equals("text")) ? plain.toString() : plain;
		}

	}

}
