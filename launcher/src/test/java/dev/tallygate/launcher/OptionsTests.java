package dev.tallygate.launcher;

import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OptionsTests {

	@Test
	void keepsDataAndSimulatesByDefault() {
		Options options = Options.parse(new String[0], Map.of());
		assertThat(options).isEqualTo(new Options(false, true, new Ports(0)));
	}

	@Test
	void movesEveryPortByTheOffset() {
		Ports ports = Options.parse(new String[] { "--ephemeral" }, Map.of("TALLYGATE_PORT_OFFSET", "1000")).ports();
		assertThat(ports.url(Service.GATEWAY)).isEqualTo("http://127.0.0.1:9080");
		assertThat(ports.internal(Service.KEYS)).isEqualTo(9181);
		assertThat(ports.kafka() - new Ports(0).kafka()).isEqualTo(1000);
		assertThat(ports.postgres() - new Ports(0).postgres()).isEqualTo(1000);
	}

	@Test
	void letsTwoRunSideBySide() {
		assertThat(all(new Ports(0))).doesNotContainAnyElementsOf(all(new Ports(1000)));
		assertThat(all(new Ports(0))).doesNotHaveDuplicates();
	}

	private static java.util.List<Integer> all(Ports ports) {
		java.util.List<Integer> all = new java.util.ArrayList<>(
				java.util.List.of(ports.kafka(), ports.kafkaController(), ports.postgres()));
		for (Service service : Service.values()) {
			all.add(ports.of(service));
			if (service.managed()) {
				all.add(ports.management(service));
			}
			if (service.internalPort() > 0) {
				all.add(ports.internal(service));
			}
		}
		return all;
	}

	@Test
	void saysWhatIsWrongInOneLine() {
		assertThatExceptionOfType(LaunchException.class)
			.isThrownBy(() -> Options.parse(new String[] { "--fast" }, Map.of()))
			.withMessage("Unknown option --fast. Try --ephemeral, --no-simulator or --help.");
		assertThatExceptionOfType(LaunchException.class)
			.isThrownBy(() -> Options.parse(new String[0], Map.of("TALLYGATE_PORT_OFFSET", "a")))
			.withMessageContaining("TALLYGATE_PORT_OFFSET");
		assertThatExceptionOfType(LaunchException.class)
			.isThrownBy(() -> Options.parse(new String[0], Map.of("TALLYGATE_PORT_OFFSET", "60000")))
			.withMessageContaining("out of range");
	}

}
