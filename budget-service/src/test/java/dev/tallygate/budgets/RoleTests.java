package dev.tallygate.budgets;

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
			database tallygate_budget: CONNECT TEMPORARY
			database tallygate_gateway:
			database tallygate_keys:
			database tallygate_metering:
			database template1:
			schema public: USAGE
			sequence dead_letter_id_seq:
			sequence gateway_epoch: USAGE
			sequence outbox_id_seq:
			table account: DELETE INSERT SELECT UPDATE
			table alert: INSERT SELECT
			table applied_source: DELETE INSERT SELECT UPDATE
			table audit_report: DELETE INSERT SELECT UPDATE
			table billing_cycle: DELETE INSERT SELECT UPDATE
			table counted_event: DELETE INSERT SELECT
			table credit_grant: INSERT SELECT
			table dead_letter: INSERT SELECT UPDATE(forwarded_at)
			table departed: INSERT SELECT
			table everyone: SELECT UPDATE
			table flyway_schema_history:
			table gateway_source: INSERT SELECT UPDATE
			table installation_grant: DELETE INSERT SELECT UPDATE
			table installation_spend: INSERT SELECT UPDATE
			table intake_position: INSERT SELECT UPDATE
			table key_budget: DELETE INSERT SELECT UPDATE
			table key_spend: INSERT SELECT UPDATE
			table open_calls: DELETE INSERT SELECT UPDATE
			table outbox: DELETE INSERT SELECT
			table owned_key: INSERT SELECT UPDATE
			table period_spend: INSERT SELECT UPDATE
			table webhook: DELETE INSERT SELECT UPDATE
			table webhook_attempt: INSERT SELECT
			table webhook_delivery: DELETE INSERT SELECT UPDATE
			view account_state: SELECT""";

	@Test
	void servesWithARoleThatMayDoNoMoreThanItMust() throws Exception {
		RoleDatabase database = RoleDatabase.of("tallygate_budget");
		database.migrate(Migration.class);
		Rights rights = Rights.of(database.dataSource());
		assertThat(rights.table()).isEqualTo(MAY);
		assertThat(rights.moreThanAnyone()).isEmpty();
		assertThat(rights.contradictions()).isEmpty();
	}

	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class })
	static class Migration {

	}

}
