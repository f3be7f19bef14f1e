package dev.tallygate.console.budget;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetAmountTests {

	@ParameterizedTest
	@CsvSource({ "50,5000", "0,0", "12.5,1250", "12.50,1250", "$12.50,1250", "'1,250.05',125005", "0.01,1",
			"'1,500',150000", "'1,500.00',150000", "'10,000,000',1000000000", "10000000,1000000000" })
	void readsDollarsExactly(String typed, long cents) {
		assertThat(BudgetAmount.parse(typed)).isEqualTo(new BudgetAmount.Limit(cents));
	}

	@Test
	void readsNothingAsNoLimit() {
		assertThat(BudgetAmount.parse("  ")).isEqualTo(new BudgetAmount.Limit(null));
	}

	/** A comma is a decimal point to half the world. */
	@ParameterizedTest
	@CsvSource({ "'1,50'", "'1,5'", "'12,3456'", "'1,50.00'", "'1500,000'", "',500'", "'1,,500'" })
	void refusesACommaThatCanBeReadInTwoWaysAndSaysWhatToType(String typed) {
		assertThat(BudgetAmount.parse(typed)).isInstanceOfSatisfying(BudgetAmount.Unreadable.class,
				(unreadable) -> assertThat(unreadable.advice()).contains(typed, "1.50", "1,500"));
	}

	@ParameterizedTest
	@CsvSource({ "-1", "1.001", "1e3", "ten", "10000000.01", "999999999999" })
	void refusesWhatIsNoAmount(String typed) {
		assertThat(BudgetAmount.parse(typed)).isInstanceOf(BudgetAmount.Unreadable.class);
	}

}
