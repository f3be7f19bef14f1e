package dev.tallygate.gateway;

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
			database tallygate_gateway: CONNECT TEMPORARY
			database tallygate_keys:
			database tallygate_metering:
			database template1:
			schema public: USAGE
			table agent: DELETE INSERT SELECT UPDATE
			table flyway_schema_history:
			table kept_response: DELETE INSERT SELECT UPDATE
			table settings: DELETE INSERT SELECT UPDATE""";

	@Test
	void servesWithARoleThatMayDoNoMoreThanItMust() throws Exception {
		RoleDatabase database = RoleDatabase.of("tallygate_gateway");
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
