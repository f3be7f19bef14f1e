package dev.tallygate.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tallygate.security.caller.Introspection;
import dev.tallygate.security.caller.IntrospectionOutcome.Inactive;
import dev.tallygate.security.secret.Secret;
import dev.tallygate.security.trace.Tracing;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

class InternalTlsTests {

	private static final String GATEWAY_SECRET = "the-gateways-secret-for-tests-0123456789";

	private static final String NAMES = "san=dns:localhost,ip:127.0.0.1,uri:tallygate://service/";

	private static Certificates certificates;

	private static DefaultSslBundleRegistry serverBundles;

	private static ServletWebServerApplicationContext context;

	@BeforeAll
	static void start(@TempDir Path folder) {
		certificates = new Certificates(folder, "authority", "stranger");
		certificates.issue("server", "authority", "-ext", NAMES + "keys", "-ext", "eku=serverAuth");
		certificates.issue("server2", "authority", "-ext", NAMES + "keys", "-ext", "eku=serverAuth");
		certificates.issue("gateway", "authority", "-ext", NAMES + "gateway", "-ext", "eku=clientAuth");
		certificates.issue("metering", "authority", "-ext", NAMES + "metering", "-ext", "eku=clientAuth");
		certificates.issue("both", "authority", "-ext", NAMES + "gateway,uri:tallygate://service/metering");
		certificates.issue("named", "authority", "-dname", "CN=tallygate://service/gateway");
		certificates.issue("foreign", "stranger", "-ext", NAMES + "gateway", "-ext", "eku=clientAuth");
		certificates.issue("expired", "authority", "-ext", NAMES + "gateway", "-startdate", "-2d", "-validity", "1");
		certificates.issue("early", "authority", "-ext", NAMES + "gateway", "-startdate", "+1d");
		serverBundles = new DefaultSslBundleRegistry();
		serverBundles.registerBundle("internal", certificates.bundle("server", "authority"));
		SpringApplication application = new SpringApplication(App.class);
		application.addInitializers(
				(initialized) -> initialized.getBeanFactory().registerSingleton("testBundles", serverBundles));
		context = (ServletWebServerApplicationContext) application.run("--server.port=0", "--tallygate.internal.port=0",
				"--tallygate.internal.ssl.bundle=internal", "--tallygate.service.name=keys",
				"--tallygate.service.secret.gateway=" + GATEWAY_SECRET);
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@Test
	void answersTheServiceThatItsCertificateNames() throws Exception {
		assertThat(status("gateway", "TLSv1.3")).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "metering", "both", "named" })
	void refusesAnothersCertificateWithTheRightSecret(String certificate) throws Exception {
		assertThat(status(certificate, "TLSv1.3")).isEqualTo(403);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "foreign", "expired", "early", "server" })
	void shakesNoHandsWithoutAGoodCertificate(String certificate) {
		assertThatThrownBy(() -> status(certificate.isEmpty() ? null : certificate, "TLSv1.3"))
			.isInstanceOf(IOException.class);
	}

	@Test
	void speaksNothingOlderThanTls13AndNothingInTheClear() {
		assertThatThrownBy(() -> status("gateway", "TLSv1.2")).isInstanceOf(IOException.class);
		HttpRequest clear = request("http");
		assertThatThrownBy(() -> {
			try (HttpClient client = HttpClient.newHttpClient()) {
				HttpResponse<String> answer = client.send(clear, HttpResponse.BodyHandlers.ofString());
				throw new IOException("status " + answer.statusCode());
			}
		}).isInstanceOf(IOException.class).hasMessageNotContaining("status 200");
	}

	@Test
	void stillRefusesCallersWithoutCertificateAfterItsOwnWasRenewed() throws Exception {
		serverBundles.updateBundle("internal", certificates.bundle("server2", "authority"));
		assertThat(status("gateway", "TLSv1.3")).isEqualTo(200);
		assertThat(status("metering", "TLSv1.3")).isEqualTo(403);
		assertThatThrownBy(() -> status(null, "TLSv1.3")).isInstanceOf(IOException.class);
		assertThatThrownBy(() -> status("gateway", "TLSv1.2")).isInstanceOf(IOException.class);
	}

	@Test
	void asksWithTheRenewedCertificateWithoutARestart() throws Exception {
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
		registry.registerBundle("mine", certificates.bundle("foreign", "authority"));
		try (ServiceClient client = client(registry)) {
			assertThatThrownBy(() -> asked(client)).isInstanceOf(IOException.class);
			registry.updateBundle("mine", certificates.bundle("gateway", "authority"));
			assertThat(asked(client)).isEqualTo(200);
		}
	}

	@Test
	void tellsItsTokensToNoServerOfAnotherAuthority() {
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
		registry.registerBundle("mine", certificates.bundle("gateway", "stranger"));
		try (ServiceClient client = client(registry)) {
			assertThatThrownBy(() -> asked(client)).isInstanceOf(IOException.class);
		}
	}

	@Test
	void refusesToAskInTheClearWhenItHasACertificate() {
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
		registry.registerBundle("mine", certificates.bundle("gateway", "authority"));
		ServiceClients clients = clients(registry);
		URI clear = URI.create("http://localhost:1");
		assertThatThrownBy(() -> clients.keyService(clear, Duration.ofSeconds(1), Duration.ofSeconds(1)))
			.hasMessageContaining("https://");
	}

	private static ServiceClient client(DefaultSslBundleRegistry registry) {
		URI url = URI.create("https://localhost:" + port());
		return clients(registry).keyService(url, Duration.ofSeconds(5), Duration.ofSeconds(20));
	}

	private static ServiceClients clients(DefaultSslBundleRegistry registry) {
		ServiceProperties properties = new ServiceProperties("gateway", "mine",
				Map.of("gateway", Secret.of(GATEWAY_SECRET)));
		return new ServiceClients(properties, new ServiceCredentials(properties), registry, Tracing.off());
	}

	private static int asked(ServiceClient client) throws IOException {
		return client.postForm("/internal/introspect", Map.of()).status();
	}

	private static int status(@Nullable String certificate, String protocol) throws Exception {
		SslBundle bundle = certificates.bundle(certificate, "authority");
		SSLParameters parameters = new SSLParameters();
		parameters.setProtocols(new String[] { protocol });
		try (HttpClient client = HttpClient.newBuilder()
			.sslContext(bundle.createSslContext())
			.sslParameters(parameters)
			.build()) {
			return client.send(request("https"), HttpResponse.BodyHandlers.discarding()).statusCode();
		}
	}

	private static HttpRequest request(String scheme) {
		String basic = Base64.getEncoder()
			.encodeToString(("gateway:" + GATEWAY_SECRET).getBytes(StandardCharsets.UTF_8));
		return HttpRequest.newBuilder(URI.create(scheme + "://localhost:" + port() + "/internal/introspect"))
			.header("Authorization", "Basic " + basic)
			.timeout(Duration.ofSeconds(20))
			.POST(HttpRequest.BodyPublishers.noBody())
			.build();
	}

	private static int port() {
		return context.getBean(InternalPort.class).number();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Handlers.class)
	static class App {

		@Bean
		Introspection nobody() {
			return (token) -> new Inactive();
		}

	}

	@RestController
	static class Handlers {

		@AllowedServices("gateway")
		@PostMapping("/internal/introspect")
		Map<String, Boolean> introspect() {
			return Map.of("active", false);
		}

	}

}
