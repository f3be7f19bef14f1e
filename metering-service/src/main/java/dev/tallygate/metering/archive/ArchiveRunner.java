package dev.tallygate.metering.archive;

import dev.tallygate.messaging.BackgroundLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes months out of the ledger, a step in a transaction, whichever instance was asked.
 * A file that does not agree puts its month back.
 */
@Component
@EnableConfigurationProperties(ArchiveProperties.class)
class ArchiveRunner extends BackgroundLoop {

	private static final Logger logger = LoggerFactory.getLogger(ArchiveRunner.class);

	private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

	private static final Duration MAX_RETRY_DELAY = Duration.ofMinutes(1);

	private final Archives archives;

	private final ArchiveRecorder recorder;

	private final ArchiveProperties properties;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	/**
	 * What a step reads of the ledger, it reads in a transaction of its own, which is
	 * over when the month is moved. That happens with the rights of the tables' owner,
	 * and where the ledger is spread over machines each role has its own connection to
	 * them: the step would wait for what it has read itself.
	 */
	private final TransactionTemplate reading;

	private final Clock clock = Clock.systemUTC();

	ArchiveRunner(Archives archives, ArchiveRecorder recorder, ArchiveProperties properties, JdbcTemplate jdbc,
			PlatformTransactionManager transactions) {
		super("archive", RETRY_DELAY, MAX_RETRY_DELAY);
		this.archives = archives;
		this.recorder = recorder;
		this.properties = properties;
		this.jdbc = jdbc;
		this.transaction = new TransactionTemplate(transactions);
		this.reading = new TransactionTemplate(transactions);
		this.reading.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
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

	/** One step of one month; says whether there may be another right now. */
	private boolean step(LedgerFile files) throws IOException {
		Outcome outcome = this.transaction.execute((status) -> {
			Optional<Archive> next = this.archives.next();
			return next.isPresent() ? step(next.get(), files) : Outcome.NOTHING;
		});
		if (outcome == null || outcome.failure() == null) {
			return outcome != null && outcome.more();
		}
		throw outcome.failure();
	}

	private Outcome step(Archive archive, LedgerFile files) {
		switch (archive.state()) {
			case ASKED -> {
				if (Boolean.TRUE.equals(this.reading.execute((status) -> this.archives.isBusy(archive)))) {
					return Outcome.NOTHING;
				}
				this.archives.detach(archive);
			}
			case DETACHED -> write(archive, files);
			case VERIFIED -> {
				try {
					this.recorder.record(archive);
				}
				catch (IOException ex) {
					return new Outcome(false, ex);
				}
				this.archives.recorded(archive);
			}
			case RECORDED -> {
				try {
					// Whatever befell the disk since: there is no way back from here.
					files.require(String.valueOf(archive.file()), String.valueOf(archive.sha256()));
				}
				catch (IOException ex) {
					logger.error("The ledger's month {} is not dropped yet: {}", archive.month(), ex.getMessage());
					return new Outcome(false, ex);
				}
				this.archives.drop(archive);
				logger.info("The ledger's month {} is in {} alone: {} rows, {} nano-USD", archive.month(),
						archive.file(), archive.rows(), archive.costNanos());
			}
			case DROPPED, FAILED -> {
			}
		}
		return Outcome.MORE;
	}

	private void write(Archive archive, LedgerFile files) {
		Written written = Objects.requireNonNull(
				this.reading.execute((status) -> this.jdbc.execute((ConnectionCallback<Written>) (connection) -> {
					Written result = tryToWrite(archive, files, connection);
					// The connection may have failed; nothing is kept of it in any case.
					status.setRollbackOnly();
					return result;
				})));
		if (written.content() != null) {
			this.archives.verified(archive, written.content());
			return;
		}
		logger.error("The month {} stays in the ledger: {}", archive.month(), written.failure());
		this.archives.putBack(archive, String.valueOf(written.failure()));
	}

	private Written tryToWrite(Archive archive, LedgerFile files, Connection connection) {
		try {
			LedgerFile.Content content = files.write(connection, archive.table());
			long differences = this.archives.differences(archive);
			return (differences > 0)
					? new Written(null, "its file and the aggregates disagree in " + differences + " groups")
					: new Written(content, null);
		}
		catch (IOException | SQLException ex) {
			return new Written(null, "its file could not be written: " + ex.getMessage());
		}
	}

	/** A file that says what the ledger does, or why there is none. */
	private record Written(LedgerFile.@Nullable Content content, @Nullable String failure) {

	}

	/**
	 * How a step went.
	 *
	 * @param more whether there may be another right now
	 * @param failure what to wait for
	 */
	private record Outcome(boolean more, @Nullable IOException failure) {

		static final Outcome NOTHING = new Outcome(false, null);

		static final Outcome MORE = new Outcome(true, null);

	}

}
