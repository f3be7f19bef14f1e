package dev.tallygate.metering.archive;

import dev.tallygate.messaging.BackgroundLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes months out of the ledger, step by step, whichever instance was asked. A step that
 * takes long holds no transaction: it claims its month for a while, says now and then
 * that it is still at it, and moves the month at its end, if nobody else has taken it
 * over. A file that does not agree puts its month back.
 */
@Component
@EnableConfigurationProperties(ArchiveProperties.class)
class ArchiveRunner extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(ArchiveRunner.class);

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private static final Duration MAX_RETRY_DELAY = Duration.ofMinutes(1);

	/** When an instance was killed, another one goes on so much later. */
	private static final Duration LEASE = Duration.ofMinutes(1);

	private final Archives archives;

	private final ArchiveRecorder recorder;

	private final ArchiveProperties properties;

	private final JdbcTemplate jdbc;

	/**
	 * What a step reads of the ledger, it reads in a transaction that is over when the
	 * month is moved. That happens with the rights of the tables' owner, and where the
	 * ledger is spread over machines each role has its own connection to them: the step
	 * would wait for what it has read itself.
	 */
	private final TransactionTemplate transaction;

	private final Clock clock = Clock.systemUTC();

	private volatile @Nullable UUID claim;

	ArchiveRunner(Archives archives, ArchiveRecorder recorder, ArchiveProperties properties, JdbcTemplate jdbc,
			PlatformTransactionManager transactions) {
		super("archive", RETRY_DELAY, MAX_RETRY_DELAY);
		this.archives = archives;
		this.recorder = recorder;
		this.properties = properties;
		this.jdbc = jdbc;
		this.transaction = new TransactionTemplate(transactions);
	}

	@Override
	protected void work() throws Exception {
		while (isRunning()) {
			boolean more = false;
			Path directory = this.properties.directory();
			if (directory != null) {
				askByCalendar();
				more = step(new LedgerFile(directory.toAbsolutePath(), this.properties.memory()));
			}
			succeeded();
			if (!more) {
				pause(this.properties.interval());
			}
		}
	}

	private void askByCalendar() {
		if (this.properties.keepMonths() > 0) {
			YearMonth oldestKept = YearMonth.now(this.clock).minusMonths(this.properties.keepMonths());
			this.archives.before(oldestKept).forEach((month) -> this.archives.ask(month, null));
		}
	}

	/** Whoever waits for the month waits on. */
	@Scheduled(fixedRateString = "PT10S")
	void renew() {
		UUID current = this.claim;
		if (current != null) {
			try {
				this.archives.renew(current, LEASE);
			}
			catch (DataAccessException ex) {
				logger.warn("The claim to a month could not be renewed: {}", ex.getClass().getSimpleName());
			}
		}
	}

	/** One step of one month; says whether there may be another right now. */
	private boolean step(LedgerFile files) throws IOException {
		UUID current = UUID.randomUUID();
		Optional<Archive> next = this.archives.claim(current, LEASE);
		if (next.isEmpty()) {
			return false;
		}
		this.claim = current;
		try {
			return step(next.get(), current, files);
		}
		finally {
			this.claim = null;
			this.archives.release(current);
		}
	}

	private boolean step(Archive archive, UUID current, LedgerFile files) throws IOException {
		switch (archive.state()) {
			case ASKED -> {
				if (Boolean.TRUE.equals(this.transaction.execute((status) -> this.archives.isBusy(archive)))) {
					return false;
				}
				move(archive, current, () -> this.archives.detach(archive));
			}
			case DETACHED -> write(archive, current, files);
			case VERIFIED -> {
				this.recorder.record(archive);
				move(archive, current, () -> this.archives.recorded(archive));
			}
			case RECORDED -> {
				try {
					// Whatever befell the disk since: there is no way back from here.
					files.require(String.valueOf(archive.file()), String.valueOf(archive.sha256()));
				}
				catch (IOException ex) {
					logger.error("The ledger's month {} is not dropped yet: {}", archive.month(), ex.getMessage());
					throw ex;
				}
				move(archive, current, () -> this.archives.drop(archive));
				logger.info("The ledger's month {} is in {} alone: {} rows, {} nano-USD", archive.month(),
						archive.file(), archive.rows(), archive.costNanos());
			}
			case DROPPED, FAILED -> {
			}
		}
		return true;
	}

	private void move(Archive archive, UUID current, Runnable how) {
		this.transaction.executeWithoutResult((status) -> {
			this.archives.hold(archive, current);
			how.run();
		});
	}

	private void write(Archive archive, UUID current, LedgerFile files) throws IOException {
		Written written;
		try (LedgerFile.Draft draft = files.draft(archive.table(), current)) {
			written = tryToWrite(archive, draft);
			LedgerFile.Content content = written.content();
			if (content != null) {
				move(archive, current, () -> publish(archive, draft, content));
				return;
			}
		}
		logger.error("The month {} stays in the ledger: {}", archive.month(), written.failure());
		move(archive, current, () -> this.archives.putBack(archive, String.valueOf(written.failure())));
	}

	private Written tryToWrite(Archive archive, LedgerFile.Draft draft) throws IOException {
		try {
			LedgerFile.Content content = draft.write(this.jdbc);
			return draft.sums((sums) -> disagreement(archive, content, sums))
				.map((failure) -> new Written(null, failure))
				.orElseGet(() -> new Written(content, null));
		}
		catch (IOException | SQLException | DataAccessException ex) {
			if (!isRunning()) {
				throw new IOException("interrupted; the month is written by the next instance", ex);
			}
			return new Written(null,
					"its file could not be written: " + NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		}
	}

	private Optional<String> disagreement(Archive archive, LedgerFile.Content content, ResultSet sums) {
		return Objects.requireNonNull(this.transaction.execute((status) -> {
			status.setRollbackOnly();
			return this.archives.disagreement(archive, content, sums);
		}));
	}

	/** Named before it is known: a file nobody knows is written again. */
	private void publish(Archive archive, LedgerFile.Draft draft, LedgerFile.Content content) {
		try {
			draft.publish();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.archives.verified(archive, content);
	}

	/** A file that says what the ledger does, or why there is none. */
	private record Written(LedgerFile.@Nullable Content content, @Nullable String failure) {

	}

}
