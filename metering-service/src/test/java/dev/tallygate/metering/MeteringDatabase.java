package dev.tallygate.metering;

import dev.tallygate.messaging.EmbeddedDatabase;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The service's database without the service, for tests of statements.
 *
 * @param connections of a superuser, without a pool
 * @param jdbc the same
 * @param transactions over them
 */
public record MeteringDatabase(JdbcTemplate connections, JdbcClient jdbc, DataSourceTransactionManager transactions) {

	/** What spreads the ledger over the workers of a Citus cluster. */
	static final Path DISTRIBUTE = Path.of("..", "deploy", "citus", "metering.sql");

	/** A new one, as this version migrates it; spread where it is a Citus cluster's. */
	public static MeteringDatabase create() {
		EmbeddedDatabase database = EmbeddedDatabase.create();
		MeteringDatabase migrated = upTo("latest", database.dataSource());
		database.spread(DISTRIBUTE);
		return migrated;
	}

	/**
	 * A new one, as an earlier version left it.
	 * @param version the last migration
	 */
	public static MeteringDatabase upTo(String version) {
		return upTo(version, EmbeddedDatabase.create().dataSource());
	}

	private static MeteringDatabase upTo(String version, DataSource source) {
		flyway(source).target(version).load().migrate();
		return new MeteringDatabase(new JdbcTemplate(source), JdbcClient.create(source),
				new DataSourceTransactionManager(source));
	}

	/** Brings it to this version. */
	public void migrate() {
		DataSource source = this.connections.getDataSource();
		if (source == null) {
			throw new IllegalStateException("no database");
		}
		flyway(source).load().migrate();
	}

	private static FluentConfiguration flyway(DataSource source) {
		return Flyway.configure()
			.dataSource(source)
			.placeholders(Map.of("appRole", "postgres"))
			.locations("classpath:db/migration", "classpath:db/messaging/intake", "classpath:db/messaging/outbox");
	}

	/** Further connections, which tell what the workers of a Citus cluster are asked. */
	public AskedOfWorkers asking() {
		if (!(this.connections.getDataSource() instanceof DriverManagerDataSource source)) {
			throw new IllegalStateException("no database");
		}
		return new AskedOfWorkers(source);
	}

	/** A transaction each. */
	public TransactionTemplate transaction() {
		return new TransactionTemplate(this.transactions);
	}

	/**
	 * How many rows of some tables are read for an answer.
	 * @param tables a pattern of their names, as of {@code LIKE}
	 */
	public <T> Read<T> reading(String tables, Supplier<T> question) {
		Read<T> read = transaction().execute((status) -> new Read<>(question.get(),
				this.jdbc
					.sql("SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::bigint"
							+ " FROM pg_stat_xact_user_tables WHERE relname LIKE ?")
					.param(tables)
					.query(Long.class)
					.single()));
		if (read == null) {
			throw new IllegalStateException("nothing was read");
		}
		return read;
	}

	/** What was answered, and for how many rows. */
	public record Read<T>(T answer, long rows) {

	}

}
