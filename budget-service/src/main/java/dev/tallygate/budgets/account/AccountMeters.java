package dev.tallygate.budgets.account;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * How the accounts stand, counted once a minute: {@code tallygate.budget.accounts} with a
 * tag {@code state}. The states add up to all accounts. Every instance tells the same.
 */
@Component
class AccountMeters {

	private static final Logger logger = LoggerFactory.getLogger(AccountMeters.class);

	private final JdbcClient jdbc;

	private final Map<String, Long> accounts = new ConcurrentHashMap<>();

	AccountMeters(JdbcClient jdbc, MeterRegistry registry) {
		this.jdbc = jdbc;
		for (BudgetState state : BudgetState.values()) {
			Gauge
				.builder("tallygate.budget.accounts", this.accounts,
						(counts) -> counts.getOrDefault(state.wireName(), 0L))
				.tag("state", state.wireName())
				.description("accounts by how their spend stands to their limit")
				.register(registry);
		}
	}

	@Scheduled(fixedDelayString = "PT1M")
	void count() {
		try {
			Map<String, Long> counted = new ConcurrentHashMap<>();
			this.jdbc.sql("SELECT state, count(*) FROM account_state GROUP BY state").query((rs) -> {
				counted.put(rs.getString(1), rs.getLong(2));
			});
			this.accounts.keySet().retainAll(counted.keySet());
			this.accounts.putAll(counted);
		}
		catch (DataAccessException ex) {
			logger.warn("Accounts could not be counted: {}", ex.getClass().getSimpleName());
		}
	}

}
