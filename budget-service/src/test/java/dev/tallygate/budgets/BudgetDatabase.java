package dev.tallygate.budgets;

import dev.tallygate.messaging.EmbeddedDatabase;
import java.util.Map;
import org.flywaydb.core.Flyway;

/**
 * The service's database without the service, for tests of statements.
 */
public final class BudgetDatabase {

	private BudgetDatabase() {
	}

	/** A new one, as this version migrates it, on a single machine. */
	public static EmbeddedDatabase create() {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		Flyway.configure()
			.dataSource(database.dataSource())
			.locations("classpath:db/migration", "classpath:db/messaging/intake", "classpath:db/messaging/outbox")
			.placeholders(Map.of("appRole", database.username()))
			.load()
			.migrate();
		return database;
	}

}
