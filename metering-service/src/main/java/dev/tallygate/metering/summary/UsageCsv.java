package dev.tallygate.metering.summary;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.metering.ledger.LedgerRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Usage events as CSV (<a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>):
 * one column per field of a settled call, then what corrections have beside, dollars and
 * the key's name. The columns {@code costNanos} and {@code costUsd} of a correction are
 * what it adds, so they sum up to the month's cost. What has parts of its own is JSON.
 * <p>
 * A text that a spreadsheet would take for a formula gets an apostrophe in front.
 */
final class UsageCsv {

	private static final String FORMULA_STARTS = "=+-@\t\r";

	private static final JsonMapper JSON = new JsonMapper();

	private static final List<Column> COLUMNS = List.of(column("callId", UsageSettled::callId, UsageAdjusted::callId),
			column("userId", UsageSettled::userId, UsageAdjusted::userId),
			column("apiKeyId", UsageSettled::apiKeyId, UsageAdjusted::apiKeyId),
			column("keyType", UsageSettled::keyType, UsageAdjusted::keyType),
			column("agentId", UsageSettled::agentId, UsageAdjusted::agentId),
			call("conversationId", UsageSettled::conversationId),
			column("provider", UsageSettled::provider, UsageAdjusted::provider),
			call("requestModel", UsageSettled::requestModel),
			column("model", UsageSettled::model, UsageAdjusted::model), call("operation", UsageSettled::operation),
			call("streamed", UsageSettled::streamed),
			column("credential", UsageSettled::credential, UsageAdjusted::credential),
			call("status", UsageSettled::status), call("usageSource", UsageSettled::usageSource),
			call("inputTokens", UsageSettled::inputTokens),
			call("cacheReadInputTokens", UsageSettled::cacheReadInputTokens),
			call("cacheWriteInputTokens", UsageSettled::cacheWriteInputTokens),
			call("outputTokens", UsageSettled::outputTokens),
			call("reasoningOutputTokens", UsageSettled::reasoningOutputTokens),
			column("costNanos", (call) -> (call.costNanos() != null) ? call.costNanos().value() : null,
					(correction) -> correction.deltaNanos().value()),
			column("priced", UsageSettled::priced, (correction) -> true),
			column("priceVersion", UsageSettled::priceVersion, UsageAdjusted::priceVersion),
			call("startedAt", UsageSettled::startedAt), call("finishedAt", UsageSettled::finishedAt),
			column("period", UsageSettled::period, UsageAdjusted::period),
			column("day", UsageSettled::day, UsageAdjusted::day),
			call("timeToFirstByteMillis", UsageSettled::timeToFirstByteMillis),
			call("attempts", UsageSettled::attempts), call("httpStatus", UsageSettled::httpStatus),
			column("type", (call) -> "settled", (correction) -> "adjusted"),
			column("job", (call) -> null, UsageAdjusted::job), column("reason", (call) -> null, UsageAdjusted::reason),
			column("costUsd", (call) -> (call.costNanos() != null) ? new Plain(call.costNanos().toUsd()) : null,
					(correction) -> new Plain(correction.deltaNanos().toUsd())),
			call("tags", UsageSettled::tags), call("quantities", UsageSettled::quantities),
			call("basis", UsageSettled::basis), column("charges", UsageSettled::charges, UsageAdjusted::charges),
			column("unpricedMeters", UsageSettled::unpricedMeters, UsageAdjusted::unpricedMeters),
			call("repeat", UsageSettled::repeat));

	private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder()
		.setHeader(java.util.stream.Stream
			.concat(COLUMNS.stream().map(Column::name), java.util.stream.Stream.of("keyName"))
			.toArray(String[]::new))
		.get();

	private final CSVPrinter out;

	private final Function<UsageEvent, @Nullable String> keyNames;

	/**
	 * Begins with the header line.
	 * @param keyNames the name of an event's API key, if it is known
	 */
	UsageCsv(Appendable out, Function<UsageEvent, @Nullable String> keyNames) throws IOException {
		this.out = new CSVPrinter(out, FORMAT);
		this.keyNames = keyNames;
	}

	void line(LedgerRow row) {
		try {
			for (Column column : COLUMNS) {
				this.out.print(field(column.value().apply(row.data())));
			}
			this.out.print(field(this.keyNames.apply(row.data())));
			this.out.println();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String field(@Nullable Object value) {
		return switch (value) {
			case null -> "";
			case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
			case Map<?, ?> parts -> JSON.writeValueAsString(parts);
			case Collection<?> parts -> JSON.writeValueAsString(parts);
			case dev.tallygate.events.UsageBasis basis -> JSON.writeValueAsString(basis);
			case NanoUsd money -> String.valueOf(money.value());
			case String text when !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 -> "'" + text;
			default -> value.toString();
		};
	}

	private static Column column(String name, Function<UsageSettled, @Nullable Object> call,
			Function<UsageAdjusted, @Nullable Object> correction) {
		return new Column(name, (event) -> {
			if (event instanceof UsageSettled settled) {
				return call.apply(settled);
			}
			return (event instanceof UsageAdjusted adjusted) ? correction.apply(adjusted) : null;
		});
	}

	private static Column call(String name, Function<UsageSettled, @Nullable Object> call) {
		return column(name, call, (correction) -> null);
	}

	private record Column(String name, Function<UsageEvent, @Nullable Object> value) {

	}

	/** A number in digits, which may begin with a minus. */
	private record Plain(String digits) {

		@Override
		public String toString() {
			return this.digits;
		}

	}

}
