package dev.tallygate.launcher;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class WiringTests {

	private static final Set<Service> ALL = EnumSet.allOf(Service.class);

	@TempDir
	Path home;

	@Test
	void givesAServiceNothingOfTheCallersEnvironmentThatItDoesNotRead() {
		Map<String, String> environment = wiring(ALL, Map.of("AWS_SECRET_ACCESS_KEY", "x", "OPENAI_API_KEY", "sk-sim-1",
				"TALLYGATE_MASTER_KEY", "k1:00", "JAVA_TOOL_OPTIONS", "-Dx", "PATH", "/bin"))
			.of(Service.GATEWAY);
		assertThat(environment)
			.doesNotContainKeys("AWS_SECRET_ACCESS_KEY", "OPENAI_API_KEY", "TALLYGATE_MASTER_KEY", "JAVA_TOOL_OPTIONS",
					"TALLYGATE_ADMIN_KEY", "TALLYGATE_SERVICE_SECRET_KEYS")
			.containsEntry("PATH", "/bin")
			.containsKey("TALLYGATE_SERVICE_SECRET_GATEWAY");
	}

	@Test
	void tellsEveryServiceWhereTracesGoAndKeyServiceWhatTagsAreMadeOf() {
		Map<String, String> outer = Map.of("TALLYGATE_TRACING_ENDPOINT", "http://collector:4318/v1/traces",
				"TALLYGATE_OIDC_TAGS_TEAM", "department");
		assertThat(wiring(ALL, outer).of(Service.KEYS))
			.containsEntry("TALLYGATE_TRACING_ENDPOINT", "http://collector:4318/v1/traces")
			.containsEntry("TALLYGATE_OIDC_TAGS_TEAM", "department");
		assertThat(wiring(ALL, outer).of(Service.GATEWAY))
			.containsEntry("TALLYGATE_TRACING_ENDPOINT", "http://collector:4318/v1/traces")
			.doesNotContainKey("TALLYGATE_OIDC_TAGS_TEAM");
	}

	@Test
	void handsSettingsToTheServiceThatReadsThem() {
		Map<String, String> outer = Map.of("TALLYGATE_ADMISSION_GROW", "off", "TALLYGATE_WEBHOOKS_ALLOWEDNETWORKS",
				"127.0.0.0/8", "TALLYGATE_SIGNUPSPERMINUTE", "3", "TALLYGATE_CONSOLE_SESSIONIDLE", "5m",
				"TALLYGATE_SPOOL_DIRECTORY", "/elsewhere", "TALLYGATE_CONSOLE_URL", "http://of.another.run");
		assertThat(wiring(ALL, outer).of(Service.GATEWAY)).containsEntry("TALLYGATE_ADMISSION_GROW", "off")
			.containsEntry("TALLYGATE_SPOOL_DIRECTORY", this.home.resolve("spool").toString())
			.doesNotContainKey("TALLYGATE_WEBHOOKS_ALLOWEDNETWORKS");
		assertThat(wiring(ALL, outer).of(Service.BUDGET))
			.containsEntry("TALLYGATE_WEBHOOKS_ALLOWEDNETWORKS", "127.0.0.0/8")
			.doesNotContainKey("TALLYGATE_ADMISSION_GROW");
		assertThat(wiring(ALL, outer).of(Service.KEYS)).containsEntry("TALLYGATE_SIGNUPSPERMINUTE", "3");
		assertThat(wiring(ALL, outer).of(Service.CONSOLE)).containsEntry("TALLYGATE_CONSOLE_SESSIONIDLE", "5m")
			.containsEntry("TALLYGATE_CONSOLE_URL", "http://127.0.0.1:8084");
	}

	@ParameterizedTest
	@EnumSource(value = Service.class, names = { "BUDGET", "METERING", "GATEWAY", "CONSOLE" })
	void tellsAServiceNoSecretButItsOwn(Service service) {
		assertThat(wiring(ALL, Map.of()).of(service).keySet()).filteredOn((name) -> name.contains("SERVICE_SECRET"))
			.containsExactly("TALLYGATE_SERVICE_SECRET_" + service);
	}

	@Test
	void tellsBudgetServiceAloneWhatSealsTheSecretsOfWebhooks() {
		String key = wiring(ALL, Map.of()).of(Service.BUDGET).get("TALLYGATE_WEBHOOKS_KEY");
		assertThat(key).matches("k1:[0-9a-f]{64}");
		for (Service other : EnumSet.complementOf(EnumSet.of(Service.BUDGET))) {
			assertThat(wiring(ALL, Map.of("TALLYGATE_WEBHOOKS_KEY", "k1:00")).of(other))
				.doesNotContainKey("TALLYGATE_WEBHOOKS_KEY");
		}
		assertThat(wiring(ALL, Map.of("TALLYGATE_WEBHOOKS_KEY_FILE", "/w")).of(Service.BUDGET))
			.containsEntry("TALLYGATE_WEBHOOKS_KEY_FILE", "/w")
			.doesNotContainKeys("TALLYGATE_WEBHOOKS_KEY", "TALLYGATE_MASTER_KEY");
	}

	@Test
	void pointsEveryProviderAtTheSimulator() {
		Map<String, String> environment = wiring(ALL, Map.of()).of(Service.KEYS);
		assertThat(environment).containsEntry("TALLYGATE_PROVIDERS_OPENAI_BASE_URL", "http://127.0.0.1:8090/openai/v1")
			.containsEntry("TALLYGATE_PROVIDERS_OLLAMA_BASE_URL", "http://127.0.0.1:8090/ollama/v1")
			.containsEntry("OPENAI_API_KEY", "sk-sim-system")
			.containsEntry("MANUS_API_KEY", "sk-sim-system")
			.doesNotContainKey("OLLAMA_API_KEY");
	}

	@Test
	void letsTheCallerWin() {
		Map<String, String> environment = wiring(ALL,
				Map.of("OPENAI_API_KEY", "sk-mine", "TALLYGATE_PROVIDERS_OPENAI_BASE_URL", "https://example.com/v1",
						"TALLYGATE_PROVIDERS_MISTRAL_BASE_URL", "https://mistral.example/v1", "MISTRAL_API_KEY_FILE",
						"/m", "ANTHROPIC_API_KEY_FILE", "/a", "TALLYGATE_ADMIN_KEY",
						"an administrator's key of their own"))
			.of(Service.KEYS);
		assertThat(environment).containsEntry("OPENAI_API_KEY", "sk-mine")
			.containsEntry("TALLYGATE_PROVIDERS_OPENAI_BASE_URL", "https://example.com/v1")
			.containsEntry("TALLYGATE_PROVIDERS_MISTRAL_BASE_URL", "https://mistral.example/v1")
			.containsEntry("MISTRAL_API_KEY_FILE", "/m")
			.containsEntry("ANTHROPIC_API_KEY_FILE", "/a")
			.doesNotContainKey("ANTHROPIC_API_KEY")
			.containsEntry("TALLYGATE_ADMIN_KEY", "an administrator's key of their own");
	}

	@Test
	void leavesProvidersAloneWithoutASimulator() {
		Set<Service> real = EnumSet.complementOf(EnumSet.of(Service.SIMULATOR));
		assertThat(wiring(real, Map.of()).of(Service.KEYS)).doesNotContainKeys("OPENAI_API_KEY",
				"TALLYGATE_PROVIDERS_OPENAI_BASE_URL");
		assertThat(wiring(real, Map.of()).urls()).doesNotContainKey("TALLYGATE_SIMULATOR_URL");
	}

	@Test
	void makesSecretsOnceAndKeepsThemFromOthers() throws Exception {
		Secrets first = Secrets.open(this.home);
		String master = first.get("TALLYGATE_MASTER_KEY");
		first.save();
		assertThat(master).matches("k1:[0-9a-f]{64}");
		assertThat(Secrets.open(this.home).get("TALLYGATE_MASTER_KEY")).isEqualTo(master);
		Path file = this.home.resolve("secrets.env");
		assertThat(java.nio.file.Files.getPosixFilePermissions(file))
			.isEqualTo(java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
	}

	@Test
	void warnsOfARealKeyForASimulatedProvider() {
		assertThat(wiring(ALL, Map.of("OPENAI_API_KEY", "sk-proj-1")).warnings()).singleElement()
			.asString()
			.contains("OPENAI_API_KEY")
			.doesNotContain("sk-proj-1");
		assertThat(wiring(ALL, Map.of("OPENAI_API_KEY", "sk-sim-1")).warnings()).isEmpty();
	}

	@Test
	void givesEveryGatewayItsOwnPortsNameAndSpool() {
		Wiring wiring = wiring(ALL, Map.of());
		Map<String, String> first = wiring.of(Service.GATEWAY);
		Map<String, String> second = wiring.ofGateway(2);
		assertThat(second.keySet()).isEqualTo(first.keySet());
		List<String> own = List.of("SERVER_PORT", "MANAGEMENT_SERVER_PORT", "TALLYGATE_INSTANCE",
				"TALLYGATE_SPOOL_DIRECTORY");
		assertThat(
				first.keySet().stream().filter((name) -> !java.util.Objects.equals(first.get(name), second.get(name))))
			.containsExactlyInAnyOrderElementsOf(own);
	}

	private Wiring wiring(Set<Service> services, Map<String, String> environment) {
		return new Wiring(new Ports(0), Secrets.open(this.home), this.home, services, environment);
	}

}
