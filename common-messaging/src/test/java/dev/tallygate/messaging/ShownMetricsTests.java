package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ShownMetricsTests {

	@Test
	void everyCounterThatIsShownIsSomebodys() throws IOException {
		assertThat(ShownMetrics.shown()).isNotEmpty().isEqualTo(ShownMetrics.owned());
	}

}
