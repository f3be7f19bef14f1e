package dev.tallygate.keys.vault;

import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.messaging.EmbeddedDatabase;
import dev.tallygate.security.seal.SealingKeys;
import dev.tallygate.security.secret.Secret;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A process that re-wraps with the code of key-service, and nothing else, so that it
 * starts quickly and can be killed.
 */
public final class RewrapProcess implements AutoCloseable {

	private final Process process;

	private RewrapProcess(Process process) {
		this.process = process;
	}

	/** Starts one that begins at once and ends when all is done. */
	public static RewrapProcess start(EmbeddedDatabase database, String masterKeys) {
		ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-Xshare:auto", "-cp",
				System.getProperty("java.class.path"), RewrapProcess.class.getName());
		builder.environment().put("DATABASE_URL", database.url());
		builder.environment().put("DATABASE_USER", database.username());
		builder.environment().put("DATABASE_PASSWORD", database.password());
		builder.environment().put("MASTER_KEYS", masterKeys);
		try {
			return new RewrapProcess(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.redirectError(ProcessBuilder.Redirect.INHERIT)
				.start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits until it is done. */
	public void awaitEnd() throws InterruptedException {
		if (this.process.waitFor() != 0) {
			throw new AssertionError("It failed with " + this.process.exitValue());
		}
	}

	/** Ends it as {@code kill -9} does. */
	public void kill() {
		close();
	}

	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

	public static void main(String[] args) throws InterruptedException {
		DataSource dataSource = new DriverManagerDataSource(System.getenv("DATABASE_URL"),
				System.getenv("DATABASE_USER"), System.getenv("DATABASE_PASSWORD"));
		SealingKeys masterKeys = SealingKeys.parse(VaultConfiguration.VARIABLE,
				Secret.of(System.getenv("MASTER_KEYS")));
		Rewrap rewrap = new Rewrap(JdbcClient.create(dataSource), new Vault(masterKeys), masterKeys,
				new TransactionTemplate(new DataSourceTransactionManager(dataSource)), new SimpleMeterRegistry(),
				Clock.systemUTC());
		rewrap.start();
		Rewrap.Progress progress = rewrap.progress();
		while (progress != null && progress.running()) {
			Thread.sleep(5);
			progress = rewrap.progress();
		}
		System.exit((progress != null && progress.trouble() == null) ? 0 : 1);
	}

	/** Adds records of nobody that exists. */
	public static void fill(EmbeddedDatabase database, String masterKeys, int records) {
		DataSource dataSource = database.dataSource();
		SealedSecrets secrets = new SealedSecrets(JdbcClient.create(dataSource), vault(masterKeys));
		new TransactionTemplate(new DataSourceTransactionManager(dataSource)).executeWithoutResult((status) -> {
			for (int i = 0; i < records; i++) {
				UUID id = UuidV7.next();
				secrets.store(new Binding(new UserId(UUID.randomUUID()), "openai", "https://api.openai.com", id, 1),
						Secret.of("sk-secret-" + id));
			}
		});
	}

	/** How many records do not open with these keys. */
	public static long undecryptable(EmbeddedDatabase database, String masterKeys) {
		Vault vault = vault(masterKeys);
		List<SealedSecrets.Stored> all = JdbcClient.create(database.dataSource())
			.sql("SELECT * FROM sealed_secret")
			.query(SealedSecrets::read)
			.list();
		return all.stream().filter((stored) -> !opens(vault, stored)).count();
	}

	private static boolean opens(Vault vault, SealedSecrets.Stored stored) {
		try {
			return vault.open(stored.binding(), stored.sealed()).length() > 0;
		}
		catch (UndecryptableException ex) {
			return false;
		}
	}

	private static Vault vault(String masterKeys) {
		return new Vault(SealingKeys.parse(VaultConfiguration.VARIABLE, Secret.of(masterKeys)));
	}

}
