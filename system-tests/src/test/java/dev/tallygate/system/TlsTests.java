package dev.tallygate.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tallygate.launcher.Child;
import dev.tallygate.launcher.Ports;
import dev.tallygate.launcher.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A provider's key on its way: over mutual TLS from a key-service to a gateway, both
 * beside the others of the same name, and into the memory of these two alone.
 */
@ExtendWith(TallygateExtension.class)
class TlsTests {

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private static final Duration GRACE = Duration.ofSeconds(40);

	@Test
	void bringsAProviderKeyOverMutualTlsIntoNoOthersMemory(Tallygate tallygate, @TempDir Path folder) throws Exception {
		ServiceCertificates certificates = new ServiceCertificates(folder);
		Ports ports = Ports.free();
		Child keys = tallygate.another(Service.KEYS, ports, certificates.serving());
		Child budgets = tallygate.another(Service.BUDGET, ports, certificates.servingAndCalling(ports));
		Child gateway = tallygate.another(Service.GATEWAY, ports, certificates.calling(ports, folder));
		try {
			keys.start();
			budgets.start();
			gateway.start();
			keys.awaitReady(PATIENCE);
			budgets.awaitReady(PATIENCE);
			gateway.awaitReady(PATIENCE);
			answersNobodyInTheClearOrWithoutACertificate(certificates, ports);
			String key = "sk-sim-" + UUID.randomUUID();
			call(tallygate, ports, key);
			isKnownToBudgetServiceWithoutItsSecret(tallygate);
			staysOutOfTheMemoryOfOthers(tallygate, key.substring("sk-sim-".length()));
		}
		finally {
			gateway.stop(GRACE);
			budgets.stop(GRACE);
			keys.stop(GRACE);
		}
	}

	private static void call(Tallygate tallygate, Ports ports, String key) {
		Tallygate.User user = tallygate.newUser();
		Api keys = new Api(ports.url(Service.KEYS), user.key());
		keys.expect(200, "PUT", "/api/users/me/provider-keys/openai", "{\"apiKey\":\"" + key + "\"}");
		HttpResponse<String> answer = new Api(ports.url(Service.GATEWAY), user.key()).send("POST",
				"/v1/chat/completions", "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\""
						+ Prompt.text("input=10 output=5") + "\"}]}");
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		assertThat(answer.headers().firstValue("x-tallygate-credential")).contains("user");
		tallygate.books(user).awaitLedger(1);
	}

	/** The two budget-services share their books; this gateway calls the one with TLS. */
	private static void isKnownToBudgetServiceWithoutItsSecret(Tallygate tallygate) {
		await().atMost(Duration.ofSeconds(60))
			.untilAsserted(() -> assertThat(tallygate.admin(Service.BUDGET).get("/api/budgets/sources").toString())
				.contains("/gateway/tls/"));
	}

	/** Gateway and key-service, which need it, cannot be attached to at all. */
	private static void staysOutOfTheMemoryOfOthers(Tallygate tallygate, String key) {
		Map<String, String> texts = Map.of("provider key", key, "what every heap has", "java.vm.name");
		for (Service service : new Service[] { Service.METERING, Service.BUDGET, Service.CONSOLE }) {
			assertThat(Memory.find(tallygate.pid(service), texts)).as(service.name())
				.containsExactly("what every heap has");
		}
		for (Service service : new Service[] { Service.KEYS, Service.GATEWAY }) {
			assertThatThrownBy(() -> Memory.find(tallygate.pid(service), texts)).as(service.name())
				.isInstanceOf(UncheckedIOException.class);
		}
	}

	private static void answersNobodyInTheClearOrWithoutACertificate(ServiceCertificates certificates, Ports ports)
			throws Exception {
		assertThat(status(certificates, Service.GATEWAY, ports)).as("a good certificate, but no secret").isEqualTo(401);
		assertThatThrownBy(() -> status(certificates, null, ports)).isInstanceOf(IOException.class);
		try (HttpClient client = HttpClient.newHttpClient()) {
			// Tomcat says in the clear that it wants TLS.
			assertThat(client.send(request(ports, "http"), HttpResponse.BodyHandlers.discarding()).statusCode())
				.isEqualTo(400);
		}
	}

	private static int status(ServiceCertificates certificates, @Nullable Service certificate, Ports ports)
			throws Exception {
		try (HttpClient client = HttpClient.newBuilder()
			.sslContext(certificates.bundle(certificate).createSslContext())
			.build()) {
			return client.send(request(ports, "https"), HttpResponse.BodyHandlers.discarding()).statusCode();
		}
	}

	private static HttpRequest request(Ports ports, String scheme) {
		return HttpRequest
			.newBuilder(URI.create(scheme + "://127.0.0.1:" + ports.internal(Service.KEYS) + "/internal/introspect"))
			.timeout(Duration.ofSeconds(60))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString("token=x"))
			.build();
	}

}
