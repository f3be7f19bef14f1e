package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;

class DatabaseChecksTests {

	private final EmbeddedDatabase database = EmbeddedDatabase.create();

	@TempDir
	Path scripts;

	@Test
	void refusesADatabaseThatANewerVersionHasMigrated() throws IOException {
		write("V1__first.sql", "CREATE TABLE one (a int)");
		write("V2__second.sql", "CREATE TABLE two (a int)");
		checks(false, Clock.systemUTC()).migrate(flyway());
		Files.delete(this.scripts.resolve("V2__second.sql"));
		write("V1_1__between.sql", "CREATE TABLE between_them (a int)");
		assertThatExceptionOfType(UnusableDatabaseException.class)
			.isThrownBy(() -> checks(false, Clock.systemUTC()).migrate(flyway()))
			.satisfies((ex) -> {
				FailureAnalysis analysis = new UnusableDatabaseFailureAnalyzer().analyze(ex);
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).contains("it has migration V2");
				assertThat(analysis.getAction()).contains("TALLYGATE_DATABASE_ALLOW_NEWER=true");
			});
		assertThat(flyway().info().applied()).as("nothing was changed").hasSize(2);
	}

	@Test
	void startsOnANewerDatabaseWhereThatIsMeant() throws IOException {
		write("V1__first.sql", "CREATE TABLE one (a int)");
		write("V2__second.sql", "CREATE TABLE two (a int)");
		checks(false, Clock.systemUTC()).migrate(flyway());
		Files.delete(this.scripts.resolve("V2__second.sql"));
		checks(true, Clock.systemUTC()).migrate(flyway());
		assertThat(flyway().info().applied()).hasSize(2);
	}

	@Test
	void refusesAClockThatIsAnHourOff() throws IOException {
		write("V1__first.sql", "CREATE TABLE one (a int)");
		assertThatExceptionOfType(UnusableDatabaseException.class)
			.isThrownBy(() -> checks(false, Clock.offset(Clock.systemUTC(), Duration.ofHours(1))).migrate(flyway()))
			.withMessageMatching("This machine's clock is 3[56]\\d\\d s ahead of the database's: .*");
		assertThatExceptionOfType(UnusableDatabaseException.class)
			.isThrownBy(() -> checks(false, Clock.offset(Clock.systemUTC(), Duration.ofHours(-1))).migrate(flyway()))
			.withMessageContaining("s behind the database's");
		assertThat(flyway().info().applied()).as("nothing was changed").isEmpty();
	}

	private static DatabaseChecks checks(boolean allowNewer, Clock clock) {
		return new DatabaseChecks(new MessagingProperties.Database(allowNewer, Duration.ofMinutes(10)), clock);
	}

	private Flyway flyway() {
		return Flyway.configure().dataSource(this.database.dataSource()).locations("filesystem:" + this.scripts).load();
	}

	private void write(String name, String sql) throws IOException {
		Files.writeString(this.scripts.resolve(name), sql + ";\n");
	}

}
