package dev.tallygate.metering.summary;

import dev.tallygate.events.UsageAdjusted;
import dev.tallygate.events.UsageEvent;
import dev.tallygate.events.UsageSettled;
import dev.tallygate.metering.ledger.LedgerRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Usage events as CSV (<a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>):
 * one column per field of a settled call, then what corrections have beside. The column
 * {@code costNanos} of a correction is what it adds, so the column sums up to the month's
 * cost.
 * <p>
 * A text that a spreadsheet would take for a formula gets an apostrophe in front.
 */
final class UsageCsv {

	private static final String FORMULA_STARTS = "=+-@\t\r";

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
			column("job", (call) -> null, UsageAdjusted::job), column("reason", (call) -> null, UsageAdjusted::reason));

	private final Writer out;

	UsageCsv(Writer out) {
		this.out = out;
	}

	void header() throws IOException {
		this.out.write(COLUMNS.stream().map(Column::name).collect(Collectors.joining(",", "", "\r\n")));
	}

	void line(LedgerRow row) {
		try {
			this.out.write(COLUMNS.stream()
				.map((column) -> field(column.value().apply(row.data())))
				.collect(Collectors.joining(",", "", "\r\n")));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static String field(@Nullable Object value) {
		if (value == null) {
			return "";
		}
		if (value instanceof Enum<?> constant) {
			return constant.name().toLowerCase(Locale.ROOT);
		}
		String text = value.toString();
		if (value instanceof String && !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0) {
			text = "'" + text;
		}
		boolean quoted = text.chars().anyMatch((each) -> each == ',' || each == '"' || each == '\n' || each == '\r');
		return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
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

}
