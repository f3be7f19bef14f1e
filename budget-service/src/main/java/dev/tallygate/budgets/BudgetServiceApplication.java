package dev.tallygate.budgets;

import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Budgets, billing accounts, spend, alerts and the status that gateways act on.
 */
@SpringBootApplication
@EnableScheduling
@ConfigurationPropertiesScan
public class BudgetServiceApplication {

	/** Whole milliseconds: what JSON and PostgreSQL keep alike. */
	@Bean
	Clock clock() {
		return Clock.tick(Clock.systemUTC(), Duration.ofMillis(1));
	}

	static void main(String[] args) {
		SpringApplication.run(BudgetServiceApplication.class, args);
	}

}
