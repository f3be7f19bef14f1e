package dev.tallygate.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.core.env.Environment;

/**
 * The counters of alerts and dashboards, and whose they are. Each is there from the start
 * of its service: one that appears with its first event is no increase, and no alert
 * fires.
 */
public final class ShownMetrics {

	private static final List<String> INTAKE = List.of("tallygate_intake_records_total",
			"tallygate_intake_retries_total");

	private static final Map<String, List<String>> OWNED = Map.of("gateway",
			List.of("tallygate_admission_refused_total", "tallygate_call_cost_nanos_total",
					"tallygate_call_tokens_total", "tallygate_calls_total", "tallygate_calls_unpriced_total",
					"tallygate_spool_lost_total", "tallygate_spool_write_failures_total",
					"tallygate_system_key_rejected_total", "tallygate_usage_abandoned_total",
					"tallygate_usage_unattended_total", "tallygate_loop_failures_total"),
			"keys",
			List.of("tallygate_reveals_alarms_total", "tallygate_vault_undecryptable_total",
					"tallygate_loop_failures_total"),
			"metering",
			List.of("tallygate_metering_conflicting_duplicates_total", "tallygate_loop_failures_total",
					INTAKE.getFirst(), INTAKE.getLast()),
			"budget",
			List.of("tallygate_budget_alerts_total", "tallygate_budget_status_heartbeats_total",
					"tallygate_budget_webhooks_disabled_total", "tallygate_loop_failures_total", INTAKE.getFirst(),
					INTAKE.getLast()));

	private static final Pattern COUNTER = Pattern.compile("tallygate_[a-z_]+_total");

	/** At least two words. */
	private static final Pattern HELP = Pattern.compile("# HELP tallygate_\\S+ \\S+ \\S.*");

	private ShownMetrics() {
	}

	/** Holds a service that has just started to it. */
	public static void check(String service, Environment environment) throws IOException, InterruptedException {
		URI metrics = URI
			.create("http://127.0.0.1:" + environment.getProperty("local.management.port") + "/actuator/prometheus");
		try (HttpClient client = HttpClient.newHttpClient()) {
			// A gateway learns of its providers beside its start.
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(names(get(client, metrics))).containsAll(OWNED.get(service)));
			assertThat(get(client, metrics).lines().filter((line) -> line.startsWith("# HELP tallygate_"))).isNotEmpty()
				.allSatisfy((help) -> assertThat(help).matches(HELP));
		}
	}

	private static String get(HttpClient client, URI uri) throws IOException, InterruptedException {
		return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()).body();
	}

	private static Set<String> names(String metrics) {
		Set<String> names = new TreeSet<>();
		metrics.lines().filter((line) -> !line.startsWith("#")).forEach((line) -> names.add(line.split("[{ ]", 2)[0]));
		return names;
	}

	/** All that alerts and dashboards look at. */
	static Set<String> shown() throws IOException {
		Set<String> shown = new TreeSet<>();
		for (String file : List.of("alerts.yml", "grafana/dashboards/tallygate.json")) {
			COUNTER.matcher(Files.readString(Path.of("../deploy", file)))
				.results()
				.forEach((found) -> shown.add(found.group()));
		}
		return shown;
	}

	static Set<String> owned() {
		Set<String> owned = new TreeSet<>();
		OWNED.values().forEach(owned::addAll);
		return owned;
	}

}
