package dev.tallygate.messaging;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;

/**
 * Looks at a database before anything in it is changed: whether a newer version of the
 * service has been there, and whether its clock is this machine's.
 */
final class DatabaseChecks implements FlywayMigrationStrategy {

	private final MessagingProperties.Database properties;

	private final Clock clock;

	DatabaseChecks(MessagingProperties.Database properties, Clock clock) {
		this.properties = properties;
		this.clock = clock;
	}

	@Override
	public void migrate(Flyway flyway) {
		checkClock(flyway);
		if (!this.properties.allowNewer()) {
			checkVersion(flyway);
		}
		flyway.migrate();
	}

	private void checkVersion(Flyway flyway) {
		Optional<MigrationInfo> newest = Arrays.stream(flyway.info().applied())
			.filter((each) -> each.getState() == MigrationState.FUTURE_SUCCESS && each.getVersion() != null)
			.reduce((first, second) -> second);
		newest.ifPresent((migration) -> {
			throw new UnusableDatabaseException(
					"The database is of a newer version of this service: it has migration V" + migration.getVersion()
							+ ", which this one does not know.",
					"Start the newer version. To go back on purpose, read docs/how-to/upgrade.md, then set TALLYGATE_DATABASE_ALLOW_NEWER=true.");
		});
	}

	private void checkClock(Flyway flyway) {
		try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
			row.next();
			Duration ahead = Duration.between(row.getObject(1, OffsetDateTime.class).toInstant(), this.clock.instant());
			if (ahead.abs().compareTo(this.properties.clockTolerance()) > 0) {
				throw new UnusableDatabaseException("This machine's clock is " + ahead.abs().toSeconds() + " s "
						+ (ahead.isNegative() ? "behind" : "ahead of")
						+ " the database's: calls would count in the wrong day, and keys end at the wrong time.",
						"Set up NTP on both, or correct the clock.");
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
