package dev.tallygate.gateway.provider;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTests {

	private final RetryBudget budget = new RetryBudget(20, 3);

	@Test
	void aFewRetriesAreAlwaysAllowed() {
		this.budget.callStarted();

		assertThat(retries()).isEqualTo(3);
	}

	@Test
	void retriesNeverMakeMoreThanAFifthOfTheLoad() {
		for (int i = 0; i < 100; i++) {
			this.budget.callStarted();
		}

		assertThat(retries()).isEqualTo(20);
		this.budget.retryEnded();
		assertThat(retries()).isEqualTo(1);
	}

	@Test
	void callsThatEndedAllowNone() {
		for (int i = 0; i < 100; i++) {
			this.budget.callStarted();
		}
		for (int i = 0; i < 100; i++) {
			this.budget.callEnded();
		}

		assertThat(retries()).isEqualTo(3);
	}

	private int retries() {
		int allowed = 0;
		while (allowed < 1000 && this.budget.tryRetry()) {
			allowed++;
		}
		return allowed;
	}

}
