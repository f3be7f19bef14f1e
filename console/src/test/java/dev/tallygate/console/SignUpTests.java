package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.security.internal.ServiceCredentials;
import dev.tallygate.security.internal.ServiceProperties;
import dev.tallygate.security.secret.Secret;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Signing up where it is open, and an issuer that does not answer.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "tallygate.console.signup=open",
				"tallygate.service.secret.console=the-secret-of-the-console-for-tests-only",
				"tallygate.oidc.issuer-uri=http://127.0.0.1:9" })
class SignUpTests {

	private static final ServicesStub SERVICES = new ServicesStub();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void services(DynamicPropertyRegistry registry) {
		SERVICES.standFor(registry, "keys");
	}

	@AfterAll
	static void stop() {
		SERVICES.close();
	}

	@BeforeEach
	void reset() {
		SERVICES.reset();
	}

	@Test
	void showsTheFirstKeyOnceAndTellsWhereThePersonIs() {
		SERVICES.reply("POST /api/signup", 201, "{\"user\":{\"id\":\"u\"},\"apiKey\":{\"secret\":\"tg_dev_first\"}}");
		Browser browser = new Browser(this.port);
		assertThat(browser.page("/sign-in").select("a[href=/sign-up]")).isNotEmpty();
		HttpResponse<String> answer = browser.submit("/sign-up", "/sign-up",
				Map.of("email", " ada@example.org ", "displayName", ""));
		assertThat(Jsoup.parse(answer.body()).select(".secret").text()).isEqualTo("tg_dev_first");
		assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
		assertThat(SERVICES.received()).contains("POST /api/signup {\"email\":\"ada@example.org\"}");
		assertThat(SERVICES.addresses()).as("where, and that it is the console that says it")
			.containsExactly("127.0.0.1 by " + proof());
		assertThat(browser.cookie("tallygate-session")).as("signing up costs no session").isEmpty();
	}

	private static String proof() {
		return new ServiceCredentials(new ServiceProperties("console", null,
				Map.of("console", Secret.of("the-secret-of-the-console-for-tests-only"))))
			.authorizationAt("keys");
	}

	@Test
	void saysWhyItDidNotWork() {
		SERVICES.reply("POST /api/signup", 429,
				"{\"code\":\"rate_limited\",\"detail\":\"Too many sign-ups from your address. Try again in a minute.\"}");
		HttpResponse<String> answer = new Browser(this.port).submit("/sign-up", "/sign-up",
				Map.of("email", "ada@example.org"));
		assertThat(Jsoup.parse(answer.body()).select(".notice.bad").text()).contains("Try again in a minute");
		assertThat(Jsoup.parse(answer.body()).select("form[action=/sign-up]")).isNotEmpty();
	}

	@Test
	void saysSoWhenTheIssuerDoesNotAnswer() {
		Browser browser = new Browser(this.port);
		assertThat(browser.get("/sign-in/issuer").headers().firstValue("Location"))
			.hasValue("/sign-in?reason=issuer-unavailable");
		assertThat(browser.page("/sign-in?reason=issuer-unavailable").select(".notice.bad").text())
			.contains("does not answer");
	}

}
