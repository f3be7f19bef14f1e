package dev.tallygate.metering.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.MeteringDatabase;
import dev.tallygate.metering.ledger.FilledLedger;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An audit costs what came since the checkpoint, not what the month has.
 */
class UsageAuditsTests {

	@Test
	void readsWhatTheCheckpointHasNotCounted() {
		FilledLedger filled = new FilledLedger();
		UsageAudits audits = new UsageAudits(filled.database.jdbc());
		MeteringDatabase.Read<UsageAudit> before = filled.reading(() -> audits.of(FilledLedger.MONTH));
		assertThat(before.answer().whole()).isTrue();
		assertThat(before.rows()).as("nothing is counted yet").isGreaterThanOrEqualTo(FilledLedger.CALLS);
		AuditCheckpoint checkpoint = new AuditCheckpoint(filled.database.connections(), filled.database.transactions());
		checkpoint.advance();
		checkpoint.advance();
		MeteringDatabase.Read<UsageAudit> after = filled.reading(() -> audits.of(FilledLedger.MONTH));
		assertThat(after.answer()).isEqualTo(before.answer());
		assertThat(after.answer().ledger().requestCount()).isEqualTo(FilledLedger.CALLS);
		// An index of ranges: the last ones are looked at, for each of two sums.
		assertThat(after.rows()).isLessThan(FilledLedger.CALLS / 4);
	}

	@Test
	void aFullPassFindsWhatIsWrongByTag() {
		FilledLedger filled = new FilledLedger();
		JdbcClient jdbc = filled.database.jdbc();
		UsageAudits audits = new UsageAudits(jdbc);
		UUID first = new UUID(0, 0);
		UUID last = new UUID(-1, -1);
		assertThat(audits.differencesOf(FilledLedger.MONTH, first, last)).isZero();
		assertThat(audits.differencesInTags(FilledLedger.MONTH)).isZero();
		jdbc.sql("UPDATE usage_user_tag SET output_tokens = output_tokens + 1").update();
		assertThat(audits.differencesOf(FilledLedger.MONTH, first, last)).isOne();
		assertThat(audits.differencesOf(FilledLedger.MONTH, filled.user.value(), last)).as("of others").isZero();
		assertThat(audits.differencesInTags(FilledLedger.MONTH)).as("the value, and all values").isEqualTo(2);
		jdbc.sql("UPDATE usage_tag SET output_tokens = output_tokens + 1").update();
		assertThat(audits.differencesInTags(FilledLedger.MONTH)).isZero();
		jdbc.sql("DELETE FROM usage_user_tag").update();
		assertThat(audits.differencesOf(FilledLedger.MONTH, first, last)).isOne();
	}

}
