package dev.tallygate.metering.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.FilledLedger;
import org.junit.jupiter.api.Test;

/**
 * An audit costs what came since the checkpoint, not what the month has.
 */
class UsageAuditsTests {

	@Test
	void readsWhatTheCheckpointHasNotCounted() {
		FilledLedger filled = new FilledLedger();
		UsageAudits audits = new UsageAudits(filled.jdbc);
		FilledLedger.Read<UsageAudit> before = filled.reading(() -> audits.of(FilledLedger.MONTH));
		assertThat(before.answer().whole()).isTrue();
		assertThat(before.rows()).as("nothing is counted yet").isGreaterThanOrEqualTo(FilledLedger.CALLS);
		AuditCheckpoint checkpoint = new AuditCheckpoint(filled.jdbc, filled.transactions);
		checkpoint.advance();
		checkpoint.advance();
		FilledLedger.Read<UsageAudit> after = filled.reading(() -> audits.of(FilledLedger.MONTH));
		assertThat(after.answer()).isEqualTo(before.answer());
		assertThat(after.answer().ledger().requestCount()).isEqualTo(FilledLedger.CALLS);
		// An index of ranges: the last ones are looked at, for each of two sums.
		assertThat(after.rows()).isLessThan(FilledLedger.CALLS / 4);
	}

}
