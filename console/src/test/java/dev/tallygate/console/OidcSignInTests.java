package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * Signing in at a real OIDC issuer.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "management.server.port=0", "tallygate.console.url=http://console.example",
				"tallygate.oidc.client-secret=" + Issuer.CLIENT_SECRET,
				// Longer than an ID token lives: each use replaces it.
				"tallygate.oidc.refresh-ahead=31m" })
class OidcSignInTests {

	private static final ServicesStub SERVICES = new ServicesStub();

	private static final Issuer ISSUER = Issuer.start(Duration.ofMinutes(30));

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void services(DynamicPropertyRegistry registry) {
		SERVICES.standFor(registry, "keys", "metering", "budgets", "gateway-internal");
		registry.add("tallygate.oidc.issuer-uri", ISSUER::url);
	}

	@AfterAll
	static void stop() {
		SERVICES.close();
		ISSUER.close();
	}

	@BeforeEach
	void reset() {
		SERVICES.reset();
		SERVICES.accept(ISSUER::signed);
	}

	private String begin(Browser browser) {
		assertThat(browser.page("/sign-in").select("a[href=/sign-in/issuer]").text())
			.isEqualTo("Sign in with your organisation");
		assertThat(location(browser.get("/sign-in/issuer"))).endsWith("/oauth2/authorization/oidc");
		return location(browser.get("/oauth2/authorization/oidc"));
	}

	private Browser signedIn() {
		Browser browser = new Browser(this.port);
		String back = ISSUER.agree(begin(browser));
		assertThat(location(browser.get(local(back)))).isEqualTo("/");
		return browser;
	}

	@Test
	void signsInByCodeWithPkceWithoutASessionBeforeIt() {
		Browser browser = new Browser(this.port);
		String there = begin(browser);
		Map<String, String> asked = query(there);
		assertThat(asked).containsEntry("response_type", "code")
			.containsEntry("code_challenge_method", "S256")
			.containsEntry("redirect_uri", Issuer.REDIRECT)
			.containsEntry("client_id", Issuer.CLIENT)
			.containsKeys("code_challenge", "state", "nonce");
		assertThat(asked.get("scope")).contains("openid");
		assertThat(browser.cookie("tallygate-session")).isEmpty();
		browser.get(local(ISSUER.agree(there)));
		assertThat(browser.cookie("tallygate-session")).isNotEmpty();
		assertThat(browser.cookie("tallygate-attempt")).isEmpty();
		Document page = browser.page("/");
		assertThat(page.select(".who span").text()).isEqualTo("Ada");
		assertThat(page.html()).doesNotContain("eyJ");
	}

	@Test
	void takesNoAnswerToAnAttemptOfAnotherBrowser() {
		Browser attacker = new Browser(this.port);
		String back = ISSUER.agree(begin(attacker));
		Browser victim = new Browser(this.port);
		assertThat(location(victim.get(local(back)))).isEqualTo("/sign-in?reason=issuer-refused");
		assertThat(location(victim.get("/"))).endsWith("/sign-in");
	}

	@Test
	void takesNoAnswerTwice() {
		Browser browser = new Browser(this.port);
		String back = local(ISSUER.agree(begin(browser)));
		browser.get(back);
		assertThat(location(new Browser(this.port).get(back))).isEqualTo("/sign-in?reason=issuer-refused");
	}

	@Test
	void letsNobodyInWhomKeyServiceDoesNotKnow() {
		SERVICES.accept((token) -> false);
		Browser browser = new Browser(this.port);
		assertThat(location(browser.get(local(ISSUER.agree(begin(browser))))))
			.isEqualTo("/sign-in?reason=issuer-refused");
		assertThat(location(browser.get("/"))).endsWith("/sign-in");
	}

	@Test
	void saysSoWhenTheIssuerSaysNo() {
		Browser browser = new Browser(this.port);
		String state = query(begin(browser)).get("state");
		assertThat(location(browser.get("/login/oauth2/code/oidc?error=access_denied&state=" + state)))
			.isEqualTo("/sign-in?reason=issuer-refused");
		assertThat(browser.page("/sign-in?reason=issuer-refused").select(".notice.bad").text())
			.contains("did not let you in");
	}

	@Test
	void replacesTheTokenAheadOfItsEndUntilTheIssuerGivesNoMore() {
		Browser browser = signedIn();
		assertThat(browser.get("/").statusCode()).isEqualTo(200);
		assertThat(browser.get("/budget").statusCode()).isEqualTo(200);
		ISSUER.forgetEverybody();
		assertThat(browser.get("/").statusCode()).as("the last one holds until its end").isEqualTo(200);
		SERVICES.accept((token) -> false);
		assertThat(location(browser.get("/"))).endsWith("/sign-in?reason=ended");
	}

	@Test
	void endsTheSessionWhenTheIssuerSaysSoOverTheBackChannel() {
		Browser browser = signedIn();
		Browser other = new Browser(this.port);
		String path = "/logout/connect/back-channel/oidc";
		assertThat(other.post(path, Map.of("logout_token", ISSUER.logoutToken("ann", false))).statusCode())
			.isEqualTo(400);
		assertThat(browser.get("/").statusCode()).as("a forged one ends nothing").isEqualTo(200);
		assertThat(other.post(path, Map.of("logout_token", ISSUER.logoutToken("bob", true))).statusCode())
			.isEqualTo(200);
		assertThat(browser.get("/").statusCode()).as("another's ends nothing").isEqualTo(200);
		assertThat(other.post(path, Map.of("logout_token", ISSUER.logoutToken("ann", true))).statusCode())
			.isEqualTo(200);
		assertThat(location(browser.get("/"))).endsWith("/sign-in");
	}

	@Test
	void letsPeopleInWithAKeyAllTheSame() {
		Browser browser = new Browser(this.port);
		browser.signIn(ServicesStub.KEY);
		assertThat(browser.get("/").statusCode()).isEqualTo(200);
	}

	/** The browser finds the console under the name that the issuer sends it back to. */
	@Test
	void signsInInARealBrowserAndIsSignedOutByTheIssuer() {
		assumeTrue(Chromium.installed().isPresent(), "no Chromium is installed");
		try (Chromium chromium = Chromium.start("--host-resolver-rules=MAP console.example 127.0.0.1:" + this.port)) {
			Chromium.Tab tab = chromium.open();
			tab.go("http://console.example/sign-in");
			tab.click("a[href='/sign-in/issuer']");
			tab.until("location.pathname === '/' && document.querySelector('.who span')?.textContent === 'Ada'");
			assertThat(tab.run("location.href").asString()).as("no code and no state stay in the address")
				.isEqualTo("http://console.example/");
			assertThat(tab.run("document.documentElement.outerHTML").asString()).doesNotContain("eyJ");
			new Browser(this.port).post("/logout/connect/back-channel/oidc",
					Map.of("logout_token", ISSUER.logoutToken("ann", true)));
			tab.go("http://console.example/budget");
			assertThat(tab.text("h1")).isEqualTo("Sign in");
			// A name that is not served over TLS here.
			assertThat(tab.troubles()).allMatch((trouble) -> trouble.contains("origin was untrustworthy"));
		}
	}

	private static String location(HttpResponse<String> answer) {
		return answer.headers()
			.firstValue("Location")
			.orElseThrow(() -> new AssertionError("no redirect but " + answer.statusCode()));
	}

	/** The address as it is here, not as the browser's proxy would have it. */
	private static String local(String address) {
		URI uri = URI.create(address);
		return uri.getRawPath() + "?" + uri.getRawQuery();
	}

	private static Map<String, String> query(String address) {
		return Arrays.stream(URI.create(address).getRawQuery().split("&"))
			.map((pair) -> pair.split("=", 2))
			.collect(Collectors.toMap((pair) -> pair[0], (pair) -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
	}

}
