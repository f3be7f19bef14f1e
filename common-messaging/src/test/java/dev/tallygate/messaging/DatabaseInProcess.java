package dev.tallygate.messaging;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL server of one's own, from embedded binaries, to be killed. It writes as in
 * production, {@code fsync} included.
 */
final class DatabaseInProcess implements AutoCloseable {

	private static final Duration TIME_LIMIT = Duration.ofMinutes(2);

	private final Path folder;

	private final int port = EmbeddedKafka.freePort();

	private EmbeddedPostgres server;

	DatabaseInProcess() {
		try {
			this.folder = Files.createTempDirectory("tallygate-postgres");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server = launch();
	}

	EmbeddedDatabase database() {
		return new EmbeddedDatabase(this.server.getJdbcUrl("postgres", "postgres").replaceFirst("\\?.*", ""),
				"postgres", "postgres");
	}

	/**
	 * Ends it without a shutdown and starts it again on the same data.
	 * @param signal {@code KILL} of the postmaster alone, whose children then notice, or
	 * {@code QUIT}, which is {@code pg_ctl stop -m immediate}
	 */
	void endAndStart(String signal) {
		try {
			ProcessHandle postmaster = postmaster().orElseThrow();
			List<ProcessHandle> children = postmaster.children().toList();
			new ProcessBuilder("kill", "-" + signal, String.valueOf(postmaster.pid())).start().onExit().join();
			Awaitility.await()
				.atMost(TIME_LIMIT)
				.until(() -> !postmaster.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
			this.server.close();
			this.server = launch();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Its process number is the first line of a file of its own. */
	private Optional<ProcessHandle> postmaster() throws IOException {
		return ProcessHandle.of(Long.parseLong(Files.readAllLines(this.folder.resolve("postmaster.pid")).getFirst()));
	}

	private EmbeddedPostgres launch() {
		try {
			return EmbeddedPostgres.builder()
				.setDataDirectory(this.folder)
				.setCleanDataDirectory(false)
				.setPort(this.port)
				.setPGStartupWait(TIME_LIMIT)
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
			FileSystemUtils.deleteRecursively(this.folder);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
