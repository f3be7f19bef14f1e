package dev.tallygate.launcher;

import java.util.Map;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class OptionsTests {

	@Test
	void keepsDataAndSimulatesByDefault() {
		Options options = Options.parse(new String[0], Map.of());
		assertThat(options).isEqualTo(new Options(false, true, 1, new Ports(0)));
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
		for (int number = 2; number <= Ports.MAX_GATEWAYS; number++) {
			all.add(ports.ofGateway(number));
			all.add(ports.managementOfGateway(number));
		}
		return all;
	}

	@Test
	void startsAsManyGatewaysAsAreAskedFor() {
		assertThat(Options.parse(new String[] { "--gateways", "3" }, Map.of()).gateways()).isEqualTo(3);
		assertThat(Options.parse(new String[] { "--gateways=2" }, Map.of("TALLYGATE_GATEWAYS", "5")).gateways())
			.isEqualTo(2);
		assertThat(Options.parse(new String[0], Map.of("TALLYGATE_GATEWAYS", "5")).gateways()).isEqualTo(5);
		for (String wrong : java.util.List.of("0", "10", "-1", "many", "1.5")) {
			assertThatExceptionOfType(LaunchException.class)
				.isThrownBy(() -> Options.parse(new String[] { "--gateways", wrong }, Map.of()))
				.withMessageStartingWith("--gateways")
				.withMessageContaining(wrong);
		}
		assertThatExceptionOfType(LaunchException.class)
			.isThrownBy(() -> Options.parse(new String[] { "--gateways" }, Map.of()))
			.withMessage("Say how many gateways, as in --gateways 3.");
	}

	@Test
	void explainsEveryOptionThatItTakes() {
		assertThat(Options.usage()).contains("--ephemeral", "--no-simulator", "--gateways N", "--prepare",
				"TALLYGATE_PORT_OFFSET");
	}

	@Test
	void saysWhatIsWrongInOneLine() {
		assertThatExceptionOfType(LaunchException.class)
			.isThrownBy(() -> Options.parse(new String[] { "--fast" }, Map.of()))
			.withMessage("Unknown option --fast. Try --ephemeral, --no-simulator, --gateways N or --help.");
		assertThatExceptionOfType(LaunchException.class)
			.isThrownBy(() -> Options.parse(new String[0], Map.of("TALLYGATE_PORT_OFFSET", "a")))
			.withMessageContaining("TALLYGATE_PORT_OFFSET");
		assertThatExceptionOfType(LaunchException.class)
			.isThrownBy(() -> Options.parse(new String[0], Map.of("TALLYGATE_PORT_OFFSET", "60000")))
			.withMessageContaining("out of range");
	}

}
