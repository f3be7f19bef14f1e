package dev.tallygate.metering.rerating;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tallygate.events.NanoUsd;
import dev.tallygate.metering.ledger.LedgerReader;
import dev.tallygate.pricing.PriceRowJson;
import dev.tallygate.pricing.PriceTable;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The re-rating of a month's calls of a model.
 *
 * @param id also the {@code job} of its corrections
 * @param priceVersion the price table it rates with
 * @param dryRun whether it only says what it would do
 * @param state {@code running} while it looks at calls, {@code applying} until the ledger
 * has all its corrections, {@code done}, or {@code failed}
 * @param failure why it failed, or will once its corrections have come
 * @param total calls to look at, as known when it began
 * @param examined calls looked at
 * @param calls calls that cost something else now, or would
 * @param adjusted corrections published; none by a dry run
 * @param skipped calls left alone because models took part whose prices were not asked
 * for
 * @param deltaNanos what the corrections add up to, in nano-USD
 * @param byUser the users it changes most, the largest change first
 */
record RerateJob(UUID id, YearMonth period, String provider, String model, String reason, String priceVersion,
		boolean dryRun, State state, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String failure, long total,
		long examined, long calls, long adjusted, long skipped, NanoUsd deltaNanos, String deltaUsd, Instant createdAt,
		@Nullable Instant finishedAt, List<UserShare> byUser, @JsonIgnore List<PriceRowJson> rows,
		@JsonIgnore LedgerReader.Place reached) {

	Recalculation recalculation() {
		return new Recalculation(this.id, this.reason,
				new PriceTable(this.priceVersion, this.rows.stream().map(PriceRowJson::row).toList()));
	}

	boolean isOver() {
		return this.state == State.DONE || this.state == State.FAILED;
	}

	RerateJob with(List<UserShare> shares) {
		return new RerateJob(this.id, this.period, this.provider, this.model, this.reason, this.priceVersion,
				this.dryRun, this.state, this.failure, this.total, this.examined, this.calls, this.adjusted,
				this.skipped, this.deltaNanos, this.deltaUsd, this.createdAt, this.finishedAt, shares, this.rows,
				this.reached);
	}

	/** How far it is. */
	enum State {

		/** Looks at calls. */
		@com.fasterxml.jackson.annotation.JsonProperty("running")
		RUNNING,
		/** Waits until the ledger has its corrections. */
		@com.fasterxml.jackson.annotation.JsonProperty("applying")
		APPLYING,
		/** Has done what it should. */
		@com.fasterxml.jackson.annotation.JsonProperty("done")
		DONE,
		/** Has ended early. */
		@com.fasterxml.jackson.annotation.JsonProperty("failed")
		FAILED

	}

	/**
	 * What it comes to for one user.
	 *
	 * @param calls corrected calls
	 * @param deltaNanos what the corrections add up to
	 */
	record UserShare(UUID userId, long calls, NanoUsd deltaNanos, String deltaUsd) {

	}

}
