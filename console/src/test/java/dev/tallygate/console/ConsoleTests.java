package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The running console over real HTTP; the three services answer from a stub.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@Import(NovemberClock.class)
class ConsoleTests {

	private static final ServicesStub SERVICES = new ServicesStub();

	private static final String SESSION = "tallygate-session";

	@LocalServerPort
	private int port;

	@LocalManagementPort
	private int managementPort;

	@DynamicPropertySource
	static void services(DynamicPropertyRegistry registry) {
		SERVICES.standFor(registry, "keys", "metering", "budgets");
		registry.add("tallygate.console.gateway-url", () -> "http://gateway.example:8080");
		registry.add("tallygate.console.read-timeout", () -> "2s");
	}

	@AfterAll
	static void stop() {
		SERVICES.close();
	}

	@BeforeEach
	void reset() {
		SERVICES.reset();
	}

	private Browser browser() {
		return new Browser(this.port);
	}

	private Browser signedIn() {
		Browser browser = browser();
		assertThat(browser.signIn(ServicesStub.KEY).headers().firstValue("Location")).contains("/");
		return browser;
	}

	@Test
	void showsTheMonthAgainstTheBudget() {
		Document page = signedIn().page("/");
		assertThat(page.select(".spent").text()).isEqualTo("$7.60 of $10.00");
		assertThat(page.select(".badge").text()).isEqualTo("Most of it used");
		assertThat(page.select(".bar .fill").attr("width")).isEqualTo("760");
		assertThat(page.select(".bar .mark").eachAttr("x1")).containsExactly("750", "900", "1000");
		assertThat(page.select(".bar").attr("aria-label")).isEqualTo("76.00 percent of the limit used");
		assertThat(page.select(".heading").text()).contains("November 2026").contains("1 Dec 2026, 00:00 UTC");
		assertThat(page.select(".usage tbody tr").text()).isEqualTo("gpt-4o-mini openai 2 2,000 10 1,000 $0.0009");
		assertThat(page.select(".first")).isEmpty();
	}

	@Test
	void callsOutWhatIsUnpricedAndWhatIsEstimated() {
		SERVICES.reply(ServicesStub.SUMMARY, 200, """
				{"period":"2026-11","breakdown":[],"requestCount":5,"failedRequests":1,"totalCostNanos":0,
				 "unpricedRequests":1,"estimatedRequests":2}""");
		assertThat(signedIn().page("/").select(".remark").eachText()).satisfiesExactly(
				(unpriced) -> assertThat(unpriced).startsWith("1 call used a model without a price"),
				(estimated) -> assertThat(estimated).startsWith("The tokens of 2 calls are estimated"));
	}

	@Test
	void saysWhatToDoFirst() {
		SERVICES.reply(ServicesStub.SUMMARY, 200, """
				{"period":"2026-11","breakdown":[],"requestCount":0,"failedRequests":0,"totalCostNanos":0,
				 "unpricedRequests":0,"estimatedRequests":0}""");
		String command = signedIn().page("/").select(".first code").text();
		assertThat(command).contains("curl http://gateway.example:8080/v1/chat/completions")
			.contains("\"model\": \"gpt-4o-mini\"")
			.doesNotContain(ServicesStub.KEY);
	}

	@Test
	void keepsTheRestOfThePageWhenBudgetServiceIsDown() {
		SERVICES.reply(ServicesStub.BUDGET, 500, "");
		Document page = signedIn().page("/");
		assertThat(page.select(".budget .notice").text()).startsWith("Budget service does not answer");
		assertThat(page.select(".usage tbody tr").text()).contains("gpt-4o-mini");
	}

	@Test
	void keepsTheRestOfThePageWhenMeteringServiceTalksNonsense() {
		SERVICES.reply(ServicesStub.SUMMARY, 200, "<html>not json");
		Document page = signedIn().page("/");
		assertThat(page.select(".usage .notice").text()).startsWith("Metering service does not answer");
		assertThat(page.select(".spent").text()).contains("$7.60");
	}

	@Test
	void sendsEveryoneElseToTheSignInPage() {
		for (String path : List.of("/", "/keys", "/keys/k1", "/provider-keys", "/budget", "/calls", "/usage.csv",
				"/models", "/start", "/try", "/admin", "/admin/users", "/nowhere")) {
			HttpResponse<String> answer = browser().get(path);
			assertThat(answer.statusCode()).as(path).isEqualTo(302);
			assertThat(answer.headers().firstValue("Location")).as(path).contains("/sign-in");
		}
	}

	@Test
	void answersARefreshOfAnEndedSessionWithTheWayToSignIn() {
		HttpResponse<String> answer = browser().get("/", "HX-Request", "true");
		assertThat(answer.statusCode()).isEqualTo(401);
		assertThat(answer.headers().firstValue("HX-Redirect")).contains("/sign-in?reason=ended");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tg_dev_unknownunknownunknownunknownunAAAAAA", "short", "with space inside the key",
			"nul\0inside-the-key", "ключключключключ" })
	void refusesAnUnknownOrMalformedKeyAndSaysWhatToDo(String key) {
		Browser browser = browser();
		HttpResponse<String> answer = browser.signIn(key);
		String location = answer.headers().firstValue("Location").orElse("");
		assertThat(location).isEqualTo("/sign-in?reason=rejected");
		assertThat(browser.page(location).select(".notice").text()).startsWith("That key is not accepted.");
		assertThat(browser.cookie(SESSION)).isEmpty();
	}

	@Test
	void doesNotBlameTheKeyWhenKeyServiceIsDown() {
		SERVICES.reply("GET /api/users/me", 503, "");
		assertThat(browser().signIn(ServicesStub.KEY).headers().firstValue("Location"))
			.contains("/sign-in?reason=unavailable");
	}

	@Test
	void endsTheSessionWhoseKeyWasRevoked() {
		Browser browser = signedIn();
		SERVICES.refuseTheKey();
		assertThat(browser.get("/").headers().firstValue("Location")).contains("/sign-in?reason=ended");
		SERVICES.reset();
		assertThat(browser.get("/").headers().firstValue("Location")).contains("/sign-in");
	}

	@Test
	void signsOut() {
		Browser browser = signedIn();
		String session = browser.cookie(SESSION);
		assertThat(browser.submit("/", "/sign-out", Map.of()).headers().firstValue("Location"))
			.contains("/sign-in?reason=signed-out");
		browser.plantCookie(SESSION, session);
		assertThat(browser.get("/").statusCode()).isEqualTo(302);
	}

	@Test
	void changesTheSessionIdAtSignIn() {
		Browser browser = browser();
		browser.plantCookie(SESSION, "0123456789ABCDEF0123456789ABCDEF");
		browser.signIn(ServicesStub.KEY);
		String first = browser.cookie(SESSION);
		assertThat(first).isNotEmpty().isNotEqualTo("0123456789ABCDEF0123456789ABCDEF");
		// A session the visitor already has, planted by another who knows its id, is no
		// better.
		Browser victim = browser();
		victim.page("/sign-in");
		victim.plantCookie(SESSION, first);
		Document form = browser().page("/sign-in");
		assertThat(form.select("form")).isNotEmpty();
		Browser again = browser();
		again.page("/sign-in");
		String csrf = again.page("/sign-in").select("input[name=_csrf]").attr("value");
		again.plantCookie(SESSION, first);
		again.post("/sign-in", Map.of("apiKey", ServicesStub.KEY, "_csrf", csrf));
		assertThat(again.cookie(SESSION)).isNotEqualTo(first);
		assertThat(browser.get("/").statusCode()).as("the old id").isEqualTo(302);
	}

	@Test
	void givesVisitorsNoSession() {
		Browser browser = browser();
		browser.get("/");
		browser.get("/sign-in");
		browser.signIn("tg_dev_unknownunknownunknownunknownunAAAAAA");
		assertThat(browser.cookie(SESSION)).isEmpty();
	}

	@Test
	void flagsItsCookies() {
		Browser browser = browser();
		assertThat(browser.get("/sign-in").headers().allValues("Set-Cookie")).singleElement()
			.asString()
			.startsWith("tallygate-csrf=")
			.contains("HttpOnly")
			.contains("SameSite=Lax")
			.contains("Path=/")
			.doesNotContain("Domain");
		assertThat(browser.signIn(ServicesStub.KEY).headers().allValues("Set-Cookie"))
			.filteredOn((cookie) -> cookie.startsWith(SESSION))
			.singleElement()
			.asString()
			.contains("HttpOnly")
			.contains("SameSite=Lax")
			.contains("Path=/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/sign-in", "/sign-out", "/budget", "/keys", "/keys/revoke", "/provider-keys",
			"/provider-keys/remove" })
	void refusesAWriteWithoutItsCsrfToken(String path) {
		Browser browser = signedIn();
		SERVICES.received().clear();
		Map<String, String> fields = Map.of("apiKey", ServicesStub.KEY, "dollars", "1", "name", "x", "id", "k1",
				"provider", "openai");
		HttpResponse<String> without = browser.post(path, fields);
		assertThat(without.statusCode()).isEqualTo(403);
		assertThat(without.body()).contains("This form is out of date");
		String foreign = browser().page("/sign-in").select("input[name=_csrf]").attr("value");
		assertThat(browser
			.post(path, Map.of("apiKey", ServicesStub.KEY, "dollars", "1", "name", "x", "id", "k1", "provider",
					"openai", "_csrf", foreign))
			.statusCode()).isEqualTo(403);
		assertThat(SERVICES.received()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "*/*", "application/*", "multipart/form-data", "multipart/form-data; boundary=x",
			"text/plain", "application/json", "nonsense" })
	void takesFormsAndNothingElse(String type) {
		Browser browser = signedIn();
		for (String path : List.of("/keys", "/budget", "/keys/revoke")) {
			SERVICES.received().clear();
			HttpResponse<String> answer = browser.post(path, type, "name=x&dollars=1&id=k1");
			assertThat(answer.statusCode()).as("%s of %s", path, type).isEqualTo(415);
			assertThat(SERVICES.received()).noneMatch((call) -> !call.startsWith("GET "));
		}
		boolean refused = browser.post("/try/answer", type, "{}").statusCode() == 415;
		assertThat(refused).as("a script of ours sends JSON there").isEqualTo(!type.equals("application/json"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/%00", "/keys/%00", "/a%zz", "/<a>", "/a%5cb" })
	void showsNoPageOfTheContainersOwn(String path) throws IOException {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port)) {
			socket.getOutputStream()
				.write(("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 400")
				.contains("application/problem+json", "\"detail\":\"")
				.doesNotContain("<html");
		}
	}

	@Test
	void sendsStrictHeadersOnEveryPage() {
		Browser browser = signedIn();
		for (String path : List.of("/", "/keys", "/provider-keys", "/nowhere", "/sign-in")) {
			HttpResponse<String> answer = browser.get(path);
			assertThat(answer.headers().firstValue("Content-Security-Policy").orElse("")).as(path)
				.contains("default-src 'none'")
				.contains("script-src 'self'")
				.contains("style-src 'self'")
				.contains("frame-ancestors 'none'")
				.doesNotContain("unsafe");
			assertThat(answer.headers().firstValue("Cache-Control").orElse("")).as(path).contains("no-store");
			assertThat(answer.headers().firstValue("X-Content-Type-Options")).as(path).contains("nosniff");
			assertThat(answer.headers().firstValue("X-Frame-Options")).as(path).contains("DENY");
			assertThat(answer.headers().firstValue("Referrer-Policy")).as(path).contains("no-referrer");
		}
	}

	@Test
	void handsOnNoFileAsWholeThatBrokeOff() {
		Browser browser = signedIn();
		SERVICES.breakOff("GET /api/users/me/usage/events", "a line of many\n".repeat(10_000));
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> browser.get("/usage.csv"));
		SERVICES.breakOff("GET /api/users/me/usage/events", "a line\n");
		HttpResponse<String> answer = browser.get("/usage.csv");
		assertThat(answer.headers().firstValue("Content-Disposition")).isEmpty();
		String next = answer.headers().firstValue("Location").orElse("");
		assertThat(next).startsWith("/?period=");
		assertThat(browser.page(next).select(".notice.bad").text()).startsWith("Metering service does not answer");
	}

	@Test
	void saysWhyAMonthCannotBeHadAsAFile() {
		Browser browser = signedIn();
		SERVICES.reply("GET /api/users/me/usage/events", 409,
				"{\"code\":\"month_archived\",\"detail\":\"The calls of this month are in a file.\"}");
		HttpResponse<String> answer = browser.get("/usage.csv?period=2025-01");
		assertThat(answer.headers().firstValue("Location")).contains("/?period=2025-01");
		assertThat(browser.page("/?period=2025-01").select(".notice.bad").text()).contains("are in a file");
	}

	@Test
	void usesNothingInlineAndNothingFromElsewhere() {
		Browser browser = signedIn();
		for (String path : List.of("/", "/keys", "/keys/k1", "/provider-keys", "/budget", "/calls", "/usage.csv",
				"/models", "/start", "/try", "/admin", "/admin/users", "/nowhere")) {
			Document page = browser.page(path);
			assertThat(page.select("style, [style]")).as(path).isEmpty();
			assertThat(page.select("script:not([src])")).as(path).isEmpty();
			assertThat(page.select("[src], link[href]").eachAttr("abs:src")).as(path).allMatch(String::isEmpty);
			assertThat(page.getAllElements())
				.allSatisfy((element) -> assertThat(element.attributes().asList()).extracting((at) -> at.getKey())
					.noneMatch((name) -> name.startsWith("on")));
		}
	}

	@Test
	void servesItsScriptAndStyleUnderTheirHash() {
		Document page = browser().page("/sign-in");
		for (String path : List.of(page.select("link[rel=stylesheet]").attr("href"),
				page.select("script").attr("src"))) {
			HttpResponse<String> answer = browser().get(path);
			assertThat(answer.statusCode()).as(path).isEqualTo(200);
			assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("max-age=31536000");
		}
	}

	@ParameterizedTest
	@MethodSource("dev.tallygate.console.HostileTexts#all")
	void showsHostileNamesAsText(String hostile) {
		String json = HostileTexts.json(hostile);
		SERVICES.reply("GET /api/users/me", 200, "{\"id\":\"1\",\"displayName\":" + json + ",\"role\":\"member\"}");
		SERVICES.reply(ServicesStub.SUMMARY, 200,
				"""
						{"period":%1$s,"breakdown":[{"provider":%1$s,"model":%1$s,"requestCount":1,"inputTokens":1,"outputTokens":1,
						 "cacheReadInputTokens":0,"costNanos":1}],"requestCount":1,"failedRequests":0,"totalCostNanos":1,
						 "unpricedRequests":0,"estimatedRequests":0}"""
					.formatted(json));
		SERVICES.reply(ServicesStub.BUDGET, 400, "{\"code\":\"x\",\"detail\":" + json + "}");
		SERVICES.reply("GET /api/users/me/keys", 200,
				"{\"data\":[{\"id\":%1$s,\"name\":%1$s,\"keyPrefix\":%1$s,\"keyType\":%1$s}]}".formatted(json));
		SERVICES.reply("GET /api/providers", 200,
				"[{\"name\":%1$s,\"dialect\":%1$s,\"needsKey\":true}]".formatted(json));
		SERVICES.reply("GET /api/users/me/provider-keys", 200,
				"[{\"provider\":%1$s,\"maskedKey\":%1$s,\"isValid\":true}]".formatted(json));
		Browser browser = signedIn();
		assertHarmless(browser.page("/"), "section.usage tbody th", hostile);
		assertHarmless(browser.page("/keys"), "tbody th", hostile);
		assertHarmless(browser.page("/provider-keys"), "section h2", hostile);
	}

	private static void assertHarmless(Document page, String where, String hostile) {
		Element shown = page.expectFirst(where);
		assertThat(visible(shown.wholeText())).isEqualTo(visible(hostile));
		assertThat(shown.children()).isEmpty();
		assertThat(page.select("script:not([src])")).isEmpty();
		assertThat(page
			.select("img:not([src^=/assets/]), iframe, object, embed, base, svg svg svg, meta[http-equiv], style"))
			.isEmpty();
		assertThat(page.select("a")).allSatisfy((link) -> assertThat(link.attr("href")).matches("(/|#).*"));
		assertThat(page.select("form")).allSatisfy((form) -> assertThat(form.attr("action")).startsWith("/"));
		assertThat(page.getAllElements())
			.allSatisfy((element) -> assertThat(element.attributes().asList()).extracting((at) -> at.getKey())
				.noneMatch((name) -> name.startsWith("on") || name.equals("style") || name.equals("srcdoc")));
	}

	/** Parsers replace or drop NUL, which is no text. */
	private static String visible(String text) {
		return text.replace("\0", "").replace("\uFFFD", "").strip();
	}

	@Test
	void reflectsNothingFromTheAddress() {
		String hostile = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
		assertThat(browser().get("/sign-in?reason=" + hostile).body()).doesNotContain("alert(1)");
		assertThat(signedIn().get("/" + hostile).body()).doesNotContain("alert(1)");
	}

	@Test
	void neverShowsTheKey() {
		Browser browser = signedIn();
		for (String path : List.of("/", "/keys", "/keys/k1", "/provider-keys", "/budget", "/calls", "/usage.csv",
				"/models", "/start", "/try", "/admin", "/admin/users", "/nowhere")) {
			assertThat(browser.get(path).body()).as(path).doesNotContain(ServicesStub.KEY);
		}
	}

	@Test
	void grantsNothingToOtherOrigins() {
		HttpResponse<String> answer = signedIn().get("/", "Origin", "https://evil.example");
		assertThat(answer.headers().map().keySet())
			.noneMatch((name) -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
		HttpResponse<String> none = signedIn().get("/", "Origin", "null");
		assertThat(none.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
	}

	@Test
	void changesTheLimit() {
		Browser browser = signedIn();
		browser.submit("/budget", "/budget", Map.of("dollars", "1,250.50", "enforcement", "soft"));
		assertThat(SERVICES.received()).anySatisfy((call) -> assertThat(call).startsWith("PATCH /api/users/me/budget")
			.contains("\"monthlyBudgetCents\":125050")
			.contains("\"enforcement\":\"soft\""));
		assertThat(browser.page("/budget").select(".notice.good").text()).startsWith("The limit is changed");
	}

	@Test
	void takesTheLimitAway() {
		signedIn().submit("/budget", "/budget", Map.of("dollars", " ", "enforcement", "hard"));
		assertThat(SERVICES.received()).anySatisfy((call) -> assertThat(call).contains("\"monthlyBudgetCents\":null"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "1.234", "abc", "1e5", "99999999999", "NaN", "١٢", "1,50", "1,5000", "1.500,00" })
	void explainsAnAmountItCannotRead(String amount) {
		Browser browser = signedIn();
		browser.submit("/budget", "/budget", Map.of("dollars", amount, "enforcement", "hard"));
		assertThat(SERVICES.received()).noneMatch((call) -> call.startsWith("PATCH"));
		assertThat(browser.page("/budget").select(".notice.bad").text())
			.containsPattern("Type (dollars and cents|a smaller|1.50)");
	}

	@Test
	void showsANewKeyOnce() {
		SERVICES.reply("POST /api/users/me/keys", 201,
				"{\"id\":\"k2\",\"name\":\"ci\",\"secret\":\"tg_prod_secretsecretsecretsecretsecret\"}");
		Browser browser = signedIn();
		HttpResponse<String> answer = browser.submit("/keys", "/keys", Map.of("name", "ci", "keyType", "prod"));
		assertThat(Jsoup.parse(answer.body()).select(".secret").text())
			.isEqualTo("tg_prod_secretsecretsecretsecretsecret");
		assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
		assertThat(browser.get("/keys").body()).doesNotContain("tg_prod_secret");
		assertThat(SERVICES.received()).anySatisfy((call) -> assertThat(call).contains("\"keyType\":\"prod\""));
	}

	@Test
	void passesOnWhyAKeyWasNotMade() {
		SERVICES.reply("POST /api/users/me/keys", 409,
				"{\"code\":\"name_taken\",\"detail\":\"A key named ci exists. Choose another name.\"}");
		HttpResponse<String> answer = signedIn().submit("/keys", "/keys", Map.of("name", "ci"));
		assertThat(Jsoup.parse(answer.body()).select(".notice.bad").text()).contains("Choose another name.");
	}

	@Test
	void revokesAKey() {
		SERVICES.reply("DELETE /api/users/me/keys/k1", 204, "");
		Browser browser = signedIn();
		browser.submit("/keys", "/keys/revoke", Map.of());
		assertThat(SERVICES.received()).anyMatch((call) -> call.startsWith("DELETE /api/users/me/keys/k1"));
		assertThat(browser.page("/keys").select(".notice.good").text()).startsWith("The key is revoked.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "..", "../../users/me", "k1/..", "a b", "", "k1?x=y", "%2e%2e" })
	void sendsNoIdThatCouldMeanAnotherPath(String id) {
		Browser browser = signedIn();
		SERVICES.received().clear();
		assertThat(browser.submit("/keys", "/keys/revoke", Map.of("id", id)).statusCode()).isEqualTo(400);
		assertThat(browser.submit("/provider-keys", "/provider-keys", Map.of("provider", id, "apiKey", "sk-1234567890"))
			.statusCode()).isEqualTo(400);
		assertThat(SERVICES.received()).allMatch((call) -> call.startsWith("GET "));
	}

	@Test
	void savesAProviderKeyAndPassesOnARejection() {
		SERVICES.reply("PUT /api/users/me/provider-keys/openai", 400, """
				{"code":"provider_rejected_key","detail":"Invalid API key -- could not authenticate with provider"}""");
		Browser browser = signedIn();
		browser.submit("/provider-keys", "/provider-keys", Map.of("apiKey", "sk-secret-of-mine"));
		Document page = browser.page("/provider-keys");
		assertThat(page.select(".notice.bad").text()).contains("could not authenticate with provider");
		assertThat(page.html()).doesNotContain("sk-secret-of-mine");
		assertThat(SERVICES.received()).anyMatch((call) -> call.contains("{\"apiKey\":\"sk-secret-of-mine\"}"));
	}

	@Test
	void showsHealthOnTheManagementPortAlone() {
		assertThat(new Browser(this.managementPort).get("/actuator/health/readiness").statusCode()).isEqualTo(200);
		assertThat(new Browser(this.managementPort).get("/actuator/prometheus").body()).contains("jvm_memory");
		assertThat(signedIn().get("/actuator/health").statusCode()).isEqualTo(404);
		assertThat(browser().get("/actuator/health").statusCode()).isEqualTo(404);
		for (String closed : List.of("env", "heapdump", "loggers", "shutdown", "threaddump", "beans")) {
			assertThat(new Browser(this.managementPort).get("/actuator/" + closed).statusCode()).as(closed)
				.isEqualTo(404);
		}
	}

}
