package dev.tallygate.launcher;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

class DoctorTests {

	@TempDir
	Path home;

	@Test
	void findsNothingWrongWhereNothingIs() {
		assertThat(faults(Map.of(), Map.of())).isEmpty();
	}

	@Test
	void namesSecretsThatServicesWouldRefuseWithoutShowingThem() {
		List<String> faults = faults(Map.of("TALLYGATE_ADMIN_KEY", "hunter2", "TALLYGATE_MASTER_KEY", "k1:abc",
				"TALLYGATE_SERVICE_SECRET_KEYS", "short-one"), Map.of());
		assertThat(faults).hasSize(3)
			.anyMatch((fault) -> fault.startsWith("TALLYGATE_ADMIN_KEY is shorter"))
			.anyMatch((fault) -> fault.startsWith("TALLYGATE_MASTER_KEY is not a list"))
			.anyMatch((fault) -> fault.startsWith("TALLYGATE_SERVICE_SECRET_KEYS is shorter"))
			.noneMatch((fault) -> fault.contains("hunter2") || fault.contains("short-one"));
	}

	@Test
	void namesASecretThatIsSetTwiceAndAFileThatIsNotThere() throws IOException {
		Path file = Files.writeString(this.home.resolve("key"), "sk-in-a-file");
		assertThat(faults(Map.of("ANTHROPIC_API_KEY_FILE", this.home.resolve("none").toString(),
				"TALLYGATE_PROVIDERS_ANTHROPIC_BASE_URL", "ftp://nowhere"), Map.of()))
			.anyMatch((fault) -> fault.startsWith("ANTHROPIC_API_KEY_FILE names a file that cannot be read"))
			.anyMatch((fault) -> fault.startsWith("TALLYGATE_PROVIDERS_ANTHROPIC_BASE_URL is not a whole"));
		assertThat(faults(Map.of("TALLYGATE_ADMIN_KEY", "x".repeat(40), "TALLYGATE_ADMIN_KEY_FILE", file.toString()),
				Map.of()))
			.containsExactly("TALLYGATE_ADMIN_KEY and TALLYGATE_ADMIN_KEY_FILE are both set; set one of them.");
	}

	@Test
	void reachesProvidersAndComparesTheClock() throws IOException {
		HttpServer provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		provider.createContext("/v1/models", (exchange) -> {
			exchange.sendResponseHeaders(401, -1);
			exchange.close();
		});
		provider.start();
		try {
			String url = "http://127.0.0.1:" + provider.getAddress().getPort();
			assertThat(faults(Map.of("TALLYGATE_PROVIDERS_MINE_BASE_URL", url + "/v1"), Map.of())).isEmpty();
			assertThat(faults(Map.of("TALLYGATE_PROVIDERS_MINE_BASE_URL", url), Map.of())).singleElement()
				.asString()
				.contains("version path");
			assertThat(faults(Map.of("TALLYGATE_PROVIDERS_MINE_BASE_URL", url + "/v1"), Map.of(),
					Clock.offset(Clock.systemUTC(), Duration.ofHours(1))))
				.singleElement()
				.asString()
				.contains("clock")
				.contains("NTP");
		}
		finally {
			provider.stop(0);
		}
	}

	@Test
	void saysWhatDoesNotAnswer() throws IOException {
		int closed;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			closed = socket.getLocalPort();
		}
		String nowhere = "127.0.0.1:" + closed;
		assertThat(faults(Map.of("TALLYGATE_PROVIDERS_MINE_BASE_URL", "http://" + nowhere + "/v1",
				"SPRING_KAFKA_BOOTSTRAP_SERVERS", nowhere, "SPRING_DATASOURCE_URL",
				"jdbc:postgresql://" + nowhere + "/tallygate_keys", "SPRING_DATASOURCE_USERNAME", "tallygate_keys"),
				Map.of("TALLYGATE_GATEWAY_MANAGEMENT_URL", "http://" + nowhere)))
			.satisfiesExactlyInAnyOrder((fault) -> assertThat(fault).startsWith("Provider mine does not answer"),
					(fault) -> assertThat(fault).startsWith("Kafka does not answer"),
					(fault) -> assertThat(fault).startsWith("The database does not let tallygate_keys in"),
					(fault) -> assertThat(fault).startsWith("Service gateway does not answer"));
	}

	private List<String> faults(Map<String, String> environment, Map<String, String> running) {
		return faults(environment, running, Clock.systemUTC());
	}

	private List<String> faults(Map<String, String> environment, Map<String, String> running, Clock clock) {
		return new Doctor(this.home, environment, running, clock).examine()
			.stream()
			.filter(Finding.Fault.class::isInstance)
			.map(Finding::sentence)
			.toList();
	}

}
