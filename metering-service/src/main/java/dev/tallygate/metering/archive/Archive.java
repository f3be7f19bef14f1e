package dev.tallygate.metering.archive;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A month of the ledger (UTC, by when a call opened) on its way into a file.
 *
 * @param month the month
 * @param id of its entry in the audit chain
 * @param state how far it has come
 * @param rows how many rows it has
 * @param costNanos what they sum up to, in nano-USD
 * @param file the file's name in the configured folder
 * @param sha256 of the file, in hex
 * @param failure why it stayed in the ledger
 * @param requestedBy who asked; null when the calendar did
 * @param createdAt when
 * @param finishedAt when it had left the ledger, or failed to
 */
record Archive(YearMonth month, UUID id, State state, @Nullable Long rows, @Nullable BigDecimal costNanos,
		@Nullable String file, @Nullable String sha256, @Nullable String failure,
		@JsonIgnore @Nullable UUID requestedBy, Instant createdAt, @Nullable Instant finishedAt) {

	/** The month's partition. */
	String table() {
		return "ledger_%04d_%02d".formatted(this.month.getYear(), this.month.getMonthValue());
	}

	/**
	 * How far it has come.
	 */
	enum State {

		/** To be archived. */
		ASKED,
		/** Out of everybody's sight; nothing adds to it any more. */
		DETACHED,
		/** In a file that was read back and agrees with the aggregates. */
		VERIFIED,
		/** The audit chain knows file and sum. */
		RECORDED,
		/** Only in the file. */
		DROPPED,
		/** Back in the ledger, whole. */
		FAILED;

		@JsonValue
		String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

		static State of(String name) {
			return valueOf(name.toUpperCase(Locale.ROOT));
		}

	}

}
