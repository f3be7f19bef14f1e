package dev.tallygate.metering.ledger;

import dev.tallygate.events.AgentId;
import dev.tallygate.events.ApiKeyId;
import dev.tallygate.events.CallId;
import dev.tallygate.events.Credential;
import dev.tallygate.events.KeyType;
import dev.tallygate.events.MeterCharge;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageBasis;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.events.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * A row of the ledger as the event it was made from.
 *
 * @param eventId the event id
 * @param data what happened
 */
public record LedgerRow(UUID eventId, UsageEvent data) {

	private static final JsonMapper JSON = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.build();

	private static final ObjectReader TAGS = JSON.readerForMapOf(String.class);

	private static final ObjectReader COUNTS = JSON.readerForMapOf(Long.class);

	private static final ObjectReader BASIS = JSON.readerFor(UsageBasis.class);

	private static final ObjectReader CHARGES = JSON.readerForListOf(MeterCharge.class);

	private static final ObjectReader NAMES = JSON.readerForListOf(String.class);

	/** Reads all columns of a row. */
	static LedgerRow read(ResultSet row, int number) throws SQLException {
		UUID id = uuid(row, "event_id");
		return new LedgerRow(id, "settled".equals(row.getString("kind")) ? settled(row) : adjusted(row));
	}

	private static UsageSettled settled(ResultSet row) throws SQLException {
		Long cost = number(row, "cost_nanos");
		return new UsageSettled(new CallId(uuid(row, "call_id")), new UserId(uuid(row, "user_id")),
				id(row, "api_key_id", ApiKeyId::new), constant(row, "key_type", KeyType.class),
				id(row, "agent_id", AgentId::new), row.getString("conversation_id"), text(row, "provider"),
				row.getString("request_model"), text(row, "model"),
				required(constant(row, "operation", UsageSettled.Operation.class)), row.getBoolean("streamed"),
				required(constant(row, "credential", Credential.class)),
				required(constant(row, "status", UsageSettled.Status.class)),
				required(constant(row, "usage_source", UsageSettled.UsageSource.class)), number(row, "input_tokens"),
				number(row, "cache_read_input_tokens"), number(row, "cache_write_input_tokens"),
				number(row, "output_tokens"), number(row, "reasoning_output_tokens"),
				(cost != null) ? new NanoUsd(cost) : null, cost != null, row.getString("price_version"),
				instant(row, "started_at"), instant(row, "finished_at"), month(row), day(row),
				number(row, "time_to_first_byte_millis"), row.getInt("attempts"),
				row.getObject("http_status", Integer.class), tags(row.getString("tags")),
				json(row.getString("quantities"), COUNTS), json(row.getString("basis"), BASIS),
				json(row.getString("charges"), CHARGES), json(row.getString("unpriced_meters"), NAMES),
				row.getObject("repeated", Boolean.class));
	}

	private static UsageAdjusted adjusted(ResultSet row) throws SQLException {
		return new UsageAdjusted(new CallId(uuid(row, "call_id")), new UserId(uuid(row, "user_id")), uuid(row, "job"),
				text(row, "reason"), new NanoUsd(row.getLong("cost_nanos")), text(row, "price_version"),
				id(row, "api_key_id", ApiKeyId::new), constant(row, "key_type", KeyType.class),
				id(row, "agent_id", AgentId::new), text(row, "provider"), text(row, "model"),
				required(constant(row, "credential", Credential.class)), month(row), day(row),
				json(row.getString("charges"), CHARGES), json(row.getString("unpriced_meters"), NAMES));
	}

	/** Tags as the ledger keeps them. */
	static @Nullable Map<String, String> tags(@Nullable String json) {
		return json(json, TAGS);
	}

	// The reader's type is what the caller expects; a reader of Jackson's does not say
	// it.
	@SuppressWarnings("TypeParameterUnusedInFormals")
	private static <T> @Nullable T json(@Nullable String text, ObjectReader reader) {
		return (text != null) ? reader.readValue(text) : null;
	}

	private static <T> T required(@Nullable T value) {
		return Objects.requireNonNull(value);
	}

	private static UUID uuid(ResultSet row, String column) throws SQLException {
		return required(row.getObject(column, UUID.class));
	}

	private static String text(ResultSet row, String column) throws SQLException {
		return required(row.getString(column));
	}

	private static <T> @Nullable T id(ResultSet row, String column, Function<UUID, T> type) throws SQLException {
		UUID value = row.getObject(column, UUID.class);
		return (value != null) ? type.apply(value) : null;
	}

	private static <E extends Enum<E>> @Nullable E constant(ResultSet row, String column, Class<E> type)
			throws SQLException {
		String value = row.getString(column);
		return (value != null) ? Enum.valueOf(type, value.toUpperCase(Locale.ROOT)) : null;
	}

	private static @Nullable Long number(ResultSet row, String column) throws SQLException {
		return row.getObject(column, Long.class);
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return required(row.getObject(column, OffsetDateTime.class)).toInstant();
	}

	private static LocalDate day(ResultSet row) throws SQLException {
		return required(row.getObject("day", LocalDate.class));
	}

	private static YearMonth month(ResultSet row) throws SQLException {
		return YearMonth.from(required(row.getObject("period", LocalDate.class)));
	}

}
