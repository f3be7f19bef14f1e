package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The console behind a proxy that speaks TLS.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "tallygate.console.url=https://console.example" })
class TlsConsoleTests {

	private static final ServicesStub SERVICES = new ServicesStub();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void services(DynamicPropertyRegistry registry) {
		SERVICES.standFor(registry, "keys", "metering", "budgets");
	}

	@AfterAll
	static void stop() {
		SERVICES.close();
	}

	@Test
	void bindsItsCookiesToTheHostAndToTls() {
		Browser browser = new Browser(this.port);
		assertThat(browser.get("/sign-in").headers().allValues("Set-Cookie")).singleElement()
			.asString()
			.startsWith("__Host-tallygate-csrf=")
			.contains("Secure")
			.contains("HttpOnly")
			.contains("Path=/");
		assertThat(browser.signIn(ServicesStub.KEY).headers().allValues("Set-Cookie"))
			.filteredOn((cookie) -> cookie.startsWith("__Host-tallygate-session="))
			.singleElement()
			.asString()
			.contains("Secure")
			.contains("HttpOnly")
			.contains("SameSite=Lax")
			.contains("Path=/")
			.doesNotContain("Domain");
		assertThat(browser.get("/").statusCode()).isEqualTo(200);
	}

	@Test
	void asksBrowsersToStayOnTls() {
		assertThat(new Browser(this.port).get("/sign-in", "X-Forwarded-Proto", "https")
			.headers()
			.firstValue("Strict-Transport-Security")).isPresent();
	}

}
