package dev.tallygate.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.keys.KeyService.Person;
import dev.tallygate.messaging.Rights;
import dev.tallygate.messaging.RoleDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whoever takes over the run-time role can do what the service does, and no more.
 */
class RoleTests {

	/** A table that is not here fails the test, whatever is granted on it. */
	private static final String MAY = """
			database postgres:
			database tallygate_budget:
			database tallygate_gateway:
			database tallygate_keys: CONNECT TEMPORARY
			database tallygate_metering:
			database template1:
			function audit_entry_is_for_ever(): EXECUTE
			schema public: USAGE
			sequence dead_letter_id_seq:
			sequence outbox_id_seq:
			table api_key: DELETE INSERT SELECT UPDATE
			table api_key_secret: DELETE INSERT SELECT UPDATE
			table app_user: DELETE INSERT SELECT UPDATE
			table audit_address: DELETE INSERT SELECT
			table audit_change: DELETE INSERT SELECT
			table audit_entry: INSERT SELECT
			table connect_attempt: DELETE INSERT SELECT
			table dead_letter: INSERT SELECT UPDATE(forwarded_at)
			table departed_subject: INSERT SELECT UPDATE
			table flyway_schema_history:
			table intake_position: INSERT SELECT UPDATE
			table master_key: INSERT SELECT
			table outbox: DELETE INSERT SELECT
			table provider_key: INSERT SELECT UPDATE
			table published_topic: INSERT SELECT UPDATE
			table sealed_secret: DELETE INSERT SELECT UPDATE
			table spent_secret: INSERT SELECT""";

	@Test
	void servesWithARoleThatMayDoNoMoreThanItMust() throws Exception {
		RoleDatabase database = RoleDatabase.of("tallygate_keys");
		try (KeyService keys = KeyService.start("spring.datasource.url=" + database.url(),
				"spring.datasource.username=" + database.name(), "spring.datasource.password=" + database.password(),
				"spring.flyway.user=" + database.owner(), "spring.flyway.password=" + database.ownerPassword())) {
			Person person = keys.member();
			assertThat(keys.reveal(person.key(), "openai").status()).isEqualTo(200);
			assertThat(keys.call("DELETE", "/api/users/me", null, person.key()).status()).isEqualTo(204);
			Rights rights = Rights.of(database.dataSource());
			assertThat(rights.table()).isEqualTo(MAY);
			assertThat(rights.moreThanAnyone()).isEmpty();
			assertThat(rights.contradictions()).isEmpty();
			refusesWhatIsNoRightOfATable(database);
		}
	}

	private static void refusesWhatIsNoRightOfATable(RoleDatabase database) throws SQLException {
		try (Connection connection = database.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			for (String forbidden : List.of("ALTER TABLE audit_entry DISABLE TRIGGER ALL", "DROP TABLE audit_entry",
					"DROP TRIGGER audit_entry_is_for_ever ON audit_entry", "ALTER TABLE app_user ADD x int",
					"CREATE TABLE x (y int)", "CREATE SCHEMA x", "CREATE ROLE x", "COPY app_user TO PROGRAM 'cat'",
					"COPY app_user TO '/tmp/x'", "SELECT pg_read_file('PG_VERSION')",
					"SELECT lo_import('/etc/hostname')", "SET ROLE " + database.owner(),
					"SET session_replication_role = replica", "LOAD 'auto_explain'", "CREATE EXTENSION file_fdw",
					"ALTER SYSTEM SET fsync = off",
					"CREATE OR REPLACE FUNCTION audit_entry_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$")) {
				assertThatThrownBy(() -> statement.execute(forbidden), forbidden).isInstanceOf(SQLException.class)
					.extracting((ex) -> ((SQLException) ex).getSQLState())
					.isEqualTo("42501");
			}
		}
	}

}
