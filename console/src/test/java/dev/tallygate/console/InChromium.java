package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tallygate.console.Chromium.Tab;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The console with something on every page, and a real browser in front of it. All that
 * extend it share one console.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "tallygate.console.signup=open" })
abstract class InChromium {

	static final String CALL = "01a227ca-6b72-70d6-b4e7-bdbe2551850a";

	/** Ends with the JVM, as the console that asks it does. */
	static final ServicesStub SERVICES = new ServicesStub();

	static Chromium chromium;

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void services(DynamicPropertyRegistry registry) {
		SERVICES.standFor(registry, "keys", "metering", "budgets", "gateway-internal");
	}

	@BeforeAll
	static void start() {
		assumeTrue(Chromium.installed().isPresent(), "no Chromium is installed");
		chromium = Chromium.start();
	}

	@AfterAll
	static void stop() {
		if (chromium != null) {
			chromium.close();
		}
	}

	@BeforeEach
	void reset() {
		SERVICES.reset();
		Everything.in(SERVICES, CALL);
	}

	final Tab signedIn(String role) {
		SERVICES.reply("GET /api/users/me", 200, "{\"id\":\"1\",\"displayName\":\"Ada\",\"role\":\"" + role + "\"}");
		Tab tab = chromium.open();
		tab.go(url("/sign-in"));
		tab.type("#apiKey", ServicesStub.KEY);
		tab.loading(() -> tab.press("Enter", 13));
		assertThat(tab.text("h1")).isNotEqualTo("Sign in");
		return tab;
	}

	final String url(String path) {
		return "http://127.0.0.1:" + this.port + path;
	}

}
