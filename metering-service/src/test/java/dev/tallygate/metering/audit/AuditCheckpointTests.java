package dev.tallygate.metering.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.metering.ledger.FilledLedger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * No row is left out of what was counted, though transactions end in another order than
 * they began, and later on other machines than on this one.
 */
class AuditCheckpointTests {

	private final FilledLedger filled = new FilledLedger();

	private final JdbcClient jdbc = this.filled.database.jdbc();

	private final AuditCheckpoint checkpoint = new AuditCheckpoint(this.filled.database.connections(),
			this.filled.database.transactions());

	@Test
	void waitsForWhatHasEndedHereAndNotYetElsewhere() {
		this.jdbc.sql("CREATE TABLE elsewhere (node text, oldest bigint, next bigint)").update();
		this.jdbc.sql("INSERT INTO elsewhere VALUES ('one', 70, 70), ('two', 5, 9)").update();
		this.jdbc.sql("""
				CREATE OR REPLACE FUNCTION ledger_nodes(OUT node text, OUT oldest bigint, OUT next bigint)
				RETURNS SETOF record LANGUAGE sql AS 'SELECT node, oldest, next FROM elsewhere'""").update();
		this.checkpoint.advance();
		this.checkpoint.advance();
		assertThat(counted()).as("5 is under way on two").isZero();
		this.jdbc.sql("UPDATE elsewhere SET oldest = 8, next = 12 WHERE node = 'two'").update();
		this.checkpoint.advance();
		assertThat(counted()).as("8 had begun when the batch had ended here").isZero();
		this.jdbc.sql("DELETE FROM elsewhere WHERE node = 'two'").update();
		this.checkpoint.advance();
		assertThat(counted()).as("two cannot be asked").isZero();
		this.jdbc.sql("INSERT INTO elsewhere VALUES ('two', 9, 13)").update();
		this.checkpoint.advance();
		assertThat(counted()).isEqualTo(FilledLedger.CALLS);
	}

	@Test
	@DisabledIfSystemProperty(named = "tallygate.test.citus", matches = "true",
			disabledReason = "there are other machines")
	void waitsForNothingElseOnASingleMachine() {
		this.checkpoint.advance();
		assertThat(counted()).as("what is under way here may still add to it").isZero();
		this.checkpoint.advance();
		assertThat(counted()).isEqualTo(FilledLedger.CALLS);
	}

	private long counted() {
		return this.jdbc.sql("SELECT coalesce(sum(request_count), 0)::bigint FROM ledger_verified")
			.query(Long.class)
			.single();
	}

}
