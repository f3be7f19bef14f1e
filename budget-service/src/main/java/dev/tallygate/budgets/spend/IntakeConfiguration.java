package dev.tallygate.budgets.spend;

import dev.tallygate.events.Topics;
import dev.tallygate.messaging.Intake;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What budget-service reads.
 */
@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

	private static final String GROUP = "budget";

	@Bean
	Intake usage(UsageIntake usage) {
		return new Intake(GROUP, Topics.USAGE, usage);
	}

	@Bean
	Intake users(UserIntake users) {
		return new Intake(GROUP + "-users", Topics.USERS, users);
	}

	@Bean
	Intake keys(KeyIntake keys) {
		return new Intake(GROUP + "-keys", Topics.KEYS, keys);
	}

}
