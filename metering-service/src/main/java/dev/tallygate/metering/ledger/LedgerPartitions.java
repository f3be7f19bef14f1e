package dev.tallygate.metering.ledger;

import java.time.Clock;
import java.time.YearMonth;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sees to it that every month that can be written to has its partition: the ones ahead by
 * schedule, any other when its first entry comes.
 */
@Component
class LedgerPartitions {

	private static final Logger logger = LoggerFactory.getLogger(LedgerPartitions.class);

	private static final int MONTHS_BACK = 2;

	private static final int MONTHS_AHEAD = 2;

	private final JdbcClient jdbc;

	private final TransactionTemplate alone;

	private final Clock clock = Clock.systemUTC();

	private final Set<YearMonth> known = ConcurrentHashMap.newKeySet();

	LedgerPartitions(JdbcClient jdbc, PlatformTransactionManager transactions) {
		this.jdbc = jdbc;
		this.alone = new TransactionTemplate(transactions);
		this.alone.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	@Scheduled(fixedRateString = "PT1H")
	void ensureAhead() {
		YearMonth now = YearMonth.now(this.clock);
		try {
			IntStream.rangeClosed(-MONTHS_BACK, MONTHS_AHEAD).mapToObj(now::plusMonths).forEach(this::ensure);
		}
		catch (DataAccessException | TransactionException ex) {
			logger.warn("Partitions ahead could not be checked: {}", ex.getClass().getSimpleName());
		}
	}

	/**
	 * In a transaction of its own: a month is made with the rights of the tables' owner,
	 * and Citus lets no transaction go on with another role's.
	 */
	void ensure(Set<YearMonth> months) {
		months.stream().sorted().forEach(this::ensure);
	}

	private void ensure(YearMonth month) {
		if (!this.known.contains(month)) {
			this.alone.executeWithoutResult((status) -> this.jdbc.sql("SELECT 1 FROM ensure_ledger_partition(?)")
				.param(month.atDay(1))
				.query()
				.singleRow());
			this.known.add(month);
		}
	}

}
