package dev.tallygate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.events.NanoUsd;
import dev.tallygate.events.UserId;
import dev.tallygate.events.UuidV7;
import dev.tallygate.gateway.admission.Uncounted.Call;
import dev.tallygate.gateway.admission.Uncounted.Counted;
import dev.tallygate.gateway.admission.Uncounted.Granted;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class UncountedTests {

	private static final YearMonth MONTH = YearMonth.of(2026, 11);

	private static final UserId USER = new UserId(UuidV7.next());

	/** As budget-service's {@code InstallationLeaseController} tells it. */
	@Test
	void readsWhatBudgetServiceHasCounted() {
		String told = "{\"period\":\"2026-11\",\"spent\":30000000,\"applied\":{\"" + USER + "\":7},\"later\":1}";
		Counted counted = JsonMapper.shared().readValue(told, Counted.class);
		assertThat(counted).isEqualTo(new Counted(MONTH, new NanoUsd(30_000_000), Map.of(USER.value(), 7L)));
		Granted granted = JsonMapper.shared()
			.readValue("{\"period\":\"2026-11\",\"granted\":5,\"limited\":true}", Granted.class);
		assertThat(granted).isEqualTo(new Granted(MONTH, new NanoUsd(5)));
	}

	@Test
	void addsTheCallsThatAreNotCountedYet() {
		Counted counted = new Counted(MONTH, new NanoUsd(100), Map.of(USER.value(), 7L));
		UserId other = new UserId(UuidV7.next());
		Uncounted uncounted = new Uncounted(List.of(new Call(USER, 7, 1, MONTH), new Call(USER, 8, 10, MONTH),
				new Call(other, 1, 1000, MONTH), new Call(USER, 9, 5, MONTH.minusMonths(1))), Map.of(MONTH, 30L));
		assertThat(uncounted.anchor(counted)).isEqualTo(100 - 30 + 10 + 1000);
		assertThat(uncounted.users()).containsExactlyInAnyOrder(USER, other);
	}

}
