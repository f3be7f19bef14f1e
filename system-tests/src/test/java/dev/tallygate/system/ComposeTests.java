package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * What {@code docker-compose.yml} hands on: every variable of the contract to the service
 * that reads it, and no secret to any other.
 */
class ComposeTests {

	/** The names that each service is handed. */
	private static final Map<String, Map<String, Object>> HANDED = new TreeMap<>();

	private static Map<String, Map<String, Object>> services = Map.of();

	@BeforeAll
	static void read() throws IOException {
		try (Reader file = Files.newBufferedReader(Path.of("..", "docker-compose.yml"))) {
			Map<String, Map<String, Map<String, Object>>> compose = new Yaml().load(file);
			services = Objects.requireNonNull(compose.get("services"));
		}
		services.forEach((name, service) -> HANDED.put(name, environment(service)));
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> environment(Map<String, Object> service) {
		return (Map<String, Object>) service.getOrDefault("environment", Map.of());
	}

	@Test
	void theGatewayIsToldOfTheOperatorsPricesAndSeesTheFile() {
		assertThat(HANDED.get("gateway-service")).containsKey("TALLYGATE_PRICES_FILE");
		assertThat(volumes("gateway-service")).anyMatch((volume) -> volume.contains(":/etc/tallygate:ro"));
	}

	@Test
	void keyServiceIsToldAllOfEveryProviderAndOfFurtherOnes() {
		for (String provider : List.of("OPENAI", "ANTHROPIC", "OLLAMA", "MANUS")) {
			for (String what : List.of("BASE_URL", "DIALECT", "VALIDATION")) {
				assertThat(HANDED.get("key-service")).containsKey("TALLYGATE_PROVIDERS_" + provider + '_' + what);
			}
		}
		assertThat(Objects.requireNonNull(services.get("key-service"))).containsKey("env_file");
	}

	@Test
	void everySecretMayComeFromAFile() {
		HANDED.forEach((service, names) -> names.keySet()
			.stream()
			.filter((name) -> name
				.matches(".*(_API_KEY|_ADMIN_KEY|_MASTER_KEY|_CLIENT_SECRET)|TALLYGATE_SERVICE_SECRET_[A-Z]+"))
			.forEach((name) -> {
				assertThat(names).as(service).containsKey(name + "_FILE");
				assertThat(volumes(service)).as("%s reads %s", service, name)
					.anyMatch((volume) -> volume.contains(":/etc/tallygate:ro"));
			}));
	}

	@Test
	void theIssuersSecretIsTheConsolesAlone() {
		assertThat(whoHas("TALLYGATE_OIDC_CLIENT_SECRET")).containsExactly("console");
	}

	@Test
	void noServiceHasAnothersSecretButTheOneThatTellsThemApart() {
		assertThat(whoHas("TALLYGATE_SERVICE_SECRET_GATEWAY")).containsExactly("gateway-service", "key-service");
		assertThat(whoHas("TALLYGATE_SERVICE_SECRET_METERING")).containsExactly("key-service", "metering-service");
		assertThat(whoHas("TALLYGATE_SERVICE_SECRET_BUDGET")).containsExactly("budget-service", "key-service");
		assertThat(whoHas("TALLYGATE_SERVICE_SECRET_CONSOLE")).containsExactly("console", "key-service");
		for (String name : List.of("TALLYGATE_MASTER_KEY", "TALLYGATE_ADMIN_KEY", "OPENAI_API_KEY",
				"ANTHROPIC_API_KEY")) {
			assertThat(whoHas(name)).as(name).containsExactly("key-service");
		}
	}

	private static List<String> whoHas(String name) {
		return HANDED.entrySet()
			.stream()
			.filter((each) -> each.getValue().containsKey(name))
			.map(Map.Entry::getKey)
			.toList();
	}

	@SuppressWarnings("unchecked")
	private static List<String> volumes(String service) {
		return (List<String>) Objects.requireNonNull(services.get(service)).getOrDefault("volumes", List.of());
	}

}
