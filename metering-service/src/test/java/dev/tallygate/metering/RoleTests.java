package dev.tallygate.metering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.messaging.Rights;
import dev.tallygate.messaging.RoleDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;

/**
 * Whoever takes over the run-time role can do what the service does, and no more.
 */
class RoleTests {

	/** A table that is not here fails the test, whatever is granted on it. */
	private static final String MAY = """
			database postgres:
			database tallygate_budget:
			database tallygate_gateway:
			database tallygate_keys:
			database tallygate_metering: CONNECT TEMPORARY
			database template1:
			function attach_ledger_month(month date): EXECUTE
			function detach_ledger_month(month date): EXECUTE
			function drop_ledger_month(of_month date): EXECUTE
			function ensure_ledger_partition(month date): EXECUTE
			function ledger_month_bounds(month date, OUT name text, OUT first timestamp with time zone, OUT past timestamp with time zone):
			function ledger_nodes(OUT node text, OUT oldest bigint, OUT next bigint): EXECUTE
			function uuid_at(instant timestamp with time zone): EXECUTE
			schema public: USAGE
			sequence dead_letter_id_seq:
			sequence ledger_batch_number: SELECT USAGE
			sequence outbox_id_seq:
			table archive_position: INSERT SELECT UPDATE
			table audit_pass: INSERT SELECT UPDATE
			table conflicting_duplicate: INSERT SELECT
			table dead_letter: INSERT SELECT UPDATE(forwarded_at)
			table flyway_schema_history:
			table intake_position: INSERT SELECT UPDATE
			table ledger: INSERT SELECT
			table ledger_2031_01:
			table ledger_archive: INSERT SELECT UPDATE
			table ledger_checkpoint: SELECT UPDATE
			table ledger_verified: INSERT SELECT UPDATE
			table outbox: DELETE INSERT SELECT
			table rerate_job: INSERT SELECT UPDATE
			table rerate_user: INSERT SELECT UPDATE
			table usage_daily: DELETE INSERT SELECT UPDATE
			table usage_month: DELETE INSERT SELECT UPDATE
			table usage_source: INSERT SELECT UPDATE
			table usage_tag: DELETE INSERT SELECT UPDATE
			table usage_total: DELETE INSERT SELECT UPDATE
			table usage_user_tag: DELETE INSERT SELECT UPDATE""";

	@Test
	void servesWithARoleThatMayDoNoMoreThanItMust() throws Exception {
		RoleDatabase database = RoleDatabase.of("tallygate_metering");
		database.migrate(Migration.class);
		new org.springframework.jdbc.core.JdbcTemplate(database.dataSource())
			.execute("SELECT ensure_ledger_partition(DATE '2031-01-01')");
		Rights rights = Rights.of(database.dataSource());
		assertThat(rights.table()).isEqualTo(MAY);
		assertThat(rights.moreThanAnyone()).isEmpty();
		assertThat(rights.contradictions()).isEmpty();
	}

	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class })
	static class Migration {

	}

}
