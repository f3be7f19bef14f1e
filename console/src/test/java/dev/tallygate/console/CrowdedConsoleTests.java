package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * A console with as many sessions as it may have.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = { "management.server.port=0",
		"tallygate.console.max-sessions=3", "tallygate.console.max-sessions-per-person=2" })
class CrowdedConsoleTests {

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

	private Browser signIn(String id, String outcome) {
		SERVICES.reply("GET /api/users/me", 200, "{\"id\":\"" + id + "\",\"email\":\"a@example.org\"}");
		Browser browser = new Browser(this.port);
		assertThat(browser.signIn(ServicesStub.KEY).headers().firstValue("Location")).contains(outcome);
		return browser;
	}

	/** One test, for the sessions of the server are what it is about. */
	@Test
	void endsAPersonsOldestSessionAndTellsOthersToWait() throws Exception {
		Browser first = signIn("ada", "/");
		Thread.sleep(5);
		Browser second = signIn("ada", "/");
		Thread.sleep(5);
		Browser third = signIn("ada", "/");
		assertThat(first.get("/").statusCode()).as("the one not used for the longest time").isEqualTo(302);
		assertThat(second.get("/").statusCode()).isEqualTo(200);
		assertThat(third.get("/").statusCode()).isEqualTo(200);
		Browser other = signIn("grace", "/");
		assertThat(other.get("/").statusCode()).isEqualTo(200);
		Browser turnedAway = signIn("alan", "/sign-in?reason=full");
		assertThat(turnedAway.page("/sign-in?reason=full").select(".notice").text())
			.startsWith("As many people are signed in as this console takes.");
		assertThat(second.get("/").statusCode()).as("of another person").isEqualTo(200);
		assertThat(second.submit("/", "/sign-out", Map.of()).statusCode()).isEqualTo(302);
		signIn("alan", "/");
	}

}
