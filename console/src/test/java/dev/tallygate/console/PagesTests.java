package dev.tallygate.console;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each page shows and sends, over real HTTP; the services answer from a stub.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "management.server.port=0")
@Import(NovemberClock.class)
class PagesTests {

	private static final ServicesStub SERVICES = new ServicesStub();

	private static final String CALL = "01a227ca-6b72-70d6-b4e7-bdbe2551850a";

	@LocalServerPort
	private int port;

	@Autowired
	@Qualifier("requestMappingHandlerMapping")
	private RequestMappingHandlerMapping mappings;

	@DynamicPropertySource
	static void services(DynamicPropertyRegistry registry) {
		SERVICES.standFor(registry, "keys", "metering", "budgets", "gateway-internal");
		registry.add("tallygate.console.gateway-url", () -> "http://gateway.example:8080");
	}

	@AfterAll
	static void stop() {
		SERVICES.close();
	}

	@BeforeEach
	void reset() {
		SERVICES.reset();
	}

	private Browser signedIn() {
		Browser browser = new Browser(this.port);
		browser.signIn(ServicesStub.KEY);
		return browser;
	}

	private Browser administrator() {
		SERVICES.reply("GET /api/users/me", 200, "{\"id\":\"1\",\"displayName\":\"Root\",\"role\":\"admin\"}");
		return signedIn();
	}

	@Test
	void showsWhatAKeyTookInThisCycle() {
		SERVICES.reply("GET /api/users/me/usage/keys", 200,
				"{\"data\":[{\"id\":\"k1\",\"requestCount\":1200,\"costNanos\":4500000,\"creditsUsed\":3}]}");
		Element row = signedIn().page("/keys").expectFirst("tbody tr");
		assertThat(row.select("td").eachText()).contains("1,200", "$0.0045", "3");
		SERVICES.reply("GET /api/users/me/usage/keys", 200,
				"{\"data\":[{\"id\":\"k1\",\"requestCount\":1,\"unpricedRequests\":1,\"costNanos\":0}]}");
		Browser browser = signedIn();
		assertThat(browser.page("/keys").expectFirst("tbody tr").select("td").eachText()).contains("no price");
		assertThat(browser.page("/keys/k1").expectFirst(".facts").text()).contains("no price in 1 call");
	}

	@Test
	void showsAHundredKeysAndLeadsToTheOlderOnes() {
		SERVICES.reply("GET /api/users/me/keys", 200, ServicesStub.keys(100, "more"));
		Browser browser = signedIn();
		Document page = browser.page("/keys");
		assertThat(page.select("tbody th")).hasSize(100);
		assertThat(page.select("a[rel=next]").attr("href")).isEqualTo("/keys?cursor=more");
		assertThat(page.select("tr[hx-trigger=revealed]").attr("hx-get")).isEqualTo("/keys?cursor=more");
		assertThat(SERVICES.received().stream().filter("GET /api/users/me/keys "::equals)).hasSize(1);
		SERVICES.reply("GET /api/users/me/keys", 200, ServicesStub.keys(3, null));
		page = browser.page("/keys?cursor=more");
		assertThat(SERVICES.queries()).contains("limit=100&cursor=more");
		assertThat(page.select("tbody th")).hasSize(3);
		assertThat(page.select("a[rel=next]")).isEmpty();
	}

	@Test
	void showsTheLimitThatAKeyHasOfItsOwn() {
		SERVICES.reply("GET /api/users/me/keys", 200, ServicesStub.keys(3, null));
		SERVICES.reply("GET /api/users/me/keys/budgets", 200,
				"""
						{"data":[{"apiKeyId":"k0","limitCents":200,"period":"day","spentNanos":2000000000,"state":"exceeded"},
						 {"apiKeyId":"k2","limitCents":125050,"period":"total","spentNanos":450000,"state":"ok"}],"nextCursor":null}""");
		Browser browser = signedIn();
		assertThat(browser.page("/keys").select("td:nth-child(10)").eachText())
			.containsExactly("$2.00 a day used up $2.00 spent", "none", "$1,250.50 in all $0.00045 spent");
		SERVICES.reply("GET /api/users/me/keys/budgets", 500, "");
		assertThat(browser.page("/keys").select("td:nth-child(10)").eachText()).containsOnly("not known now");
	}

	@Test
	void makesAKeyWithALimit() {
		SERVICES.reply("POST /api/users/me/keys", 201, "{\"id\":\"k2\",\"name\":\"ci\",\"secret\":\"tg_dev_x\"}");
		SERVICES.reply("PUT /api/users/me/keys/k2/budget", 200, "{}");
		Browser browser = signedIn();
		HttpResponse<String> made = browser.submit("/keys", "/keys",
				Map.of("name", "ci", "dollars", "1,250.50", "period", "day"));
		assertThat(SERVICES.received())
			.anySatisfy((call) -> assertThat(call).startsWith("PUT /api/users/me/keys/k2/budget")
				.contains("\"limitCents\":125050", "\"period\":\"day\""));
		assertThat(Jsoup.parse(made.body()).select(".notice").text()).contains("tg_dev_x").doesNotContain("no limit");
		SERVICES.reply("PUT /api/users/me/keys/k2/budget", 503, "");
		made = browser.submit("/keys", "/keys", Map.of("name", "ci", "dollars", "5"));
		assertThat(Jsoup.parse(made.body()).select(".notice").text()).contains("tg_dev_x", "It has no limit yet");
		SERVICES.received().clear();
		made = browser.submit("/keys", "/keys", Map.of("name", "ci", "dollars", "1,50"));
		assertThat(Jsoup.parse(made.body()).select(".notice.bad").text()).contains("1.50");
		assertThat(SERVICES.received()).noneMatch((call) -> call.startsWith("POST /api/users/me/keys"));
	}

	@Test
	void listsWhatKeysMayDoAndAreMarkedWith() {
		SERVICES.reply("GET /api/users/me/keys", 200,
				"""
						{"data":[{"id":"k1","name":"a","allowedModels":["openai:*","gpt-4o"],"tags":{"team":"search","env":"live"}},
						 {"id":"k2","name":"b","tags":{"team":"ads"}},{"id":"k3","name":"c"}]}""");
		assertThat(signedIn().page("/keys").select("tbody th").eachText())
			.containsExactly("a only openai:*, gpt-4o · env=live, team=search", "b team=ads", "c");
	}

	@Test
	void sendsWhatAKeyMayDo() {
		SERVICES.reply("POST /api/users/me/keys", 201, "{\"id\":\"k2\",\"name\":\"ci\",\"secret\":\"tg_dev_x\"}");
		signedIn().submit("/keys", "/keys", Map.of("name", " ci ", "expires", "2026-12-31", "models",
				"openai:gpt-4o-mini, anthropic:*", "tags", "team=search, env = prod"));
		assertThat(SERVICES.received()).anySatisfy((call) -> assertThat(call).startsWith("POST /api/users/me/keys")
			.contains("\"name\":\"ci\"", "\"expiresAt\":\"2027-01-01T00:00:00Z\"",
					"\"allowedModels\":[\"openai:gpt-4o-mini\",\"anthropic:*\"]",
					"\"tags\":{\"team\":\"search\",\"env\":\"prod\"}"));
	}

	@Test
	void namesTheModelsOfAKeyThatNothingKnows() {
		SERVICES.reply("POST /api/users/me/keys", 201,
				"{\"id\":\"k2\",\"name\":\"ci\",\"secret\":\"tg_dev_x\",\"unknownModels\":[\"gpt-9\",\"<b>*\"]}");
		Browser browser = signedIn();
		HttpResponse<String> made = browser.submit("/keys", "/keys", Map.of("name", "ci", "models", "gpt-9, <b>*"));
		assertThat(Jsoup.parse(made.body()).select(".notice.good").text()).contains("tg_dev_x",
				"No model is known of gpt-9, <b>*.");
		SERVICES.reply("PATCH /api/users/me/keys/k1", 200, "{\"id\":\"k1\",\"unknownModels\":[\"gtp-4*\"]}");
		browser.submit("/keys/k1", "/keys/k1/change",
				Map.of("name", "a", "expires", "", "models", "gtp-4*", "tags", ""));
		Document changed = browser.page("/keys/k1");
		assertThat(changed.select(".notice.good").text()).contains("The key is changed.");
		assertThat(changed.select(".notice strong").eachText()).contains("No model is known of gtp-4*");
		assertThat(browser.page("/keys/k1").text()).as("told once").doesNotContain("No model is known");
	}

	@Test
	void changesAKeyWithoutANewSecretAndLimitsIt() {
		SERVICES.reply("PATCH /api/users/me/keys/k1", 200, "{}");
		SERVICES.reply("PUT /api/users/me/keys/k1/budget", 200, "{}");
		Browser browser = signedIn();
		browser.submit("/keys/k1", "/keys/k1/change", Map.of("name", "other", "expires", "", "models", "", "tags", ""));
		browser.submit("/keys/k1", "/keys/k1/budget",
				Map.of("dollars", "2.50", "period", "day", "enforcement", "hard"));
		assertThat(SERVICES.received())
			.anySatisfy((call) -> assertThat(call).startsWith("PATCH /api/users/me/keys/k1")
				.contains("\"name\":\"other\"", "\"allowedModels\":null", "\"tags\":{}")
				.doesNotContain("keyType", "expiresAt"))
			.anySatisfy((call) -> assertThat(call).startsWith("PUT /api/users/me/keys/k1/budget")
				.contains("\"limitCents\":250", "\"period\":\"day\"", "\"enforcement\":\"hard\""));
	}

	@Test
	void showsTheNewSecretOfARotatedKeyOnce() {
		SERVICES.reply("POST /api/users/me/keys/k1/rotate", 201,
				"{\"id\":\"k1\",\"name\":\"default\",\"secret\":\"tg_dev_rotated\"}");
		Browser browser = signedIn();
		HttpResponse<String> answer = browser.submit("/keys/k1", "/keys/k1/rotate", Map.of("overlapSeconds", "3600"));
		assertThat(Jsoup.parse(answer.body()).select(".secret").text()).isEqualTo("tg_dev_rotated");
		assertThat(browser.get("/keys/k1").body()).doesNotContain("tg_dev_rotated");
		assertThat(SERVICES.received()).anyMatch((call) -> call.endsWith("{\"overlapSeconds\":3600}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "3600" })
	void staysSignedInWithTheNewSecretOfTheKeyOfTheSession(String overlap) {
		SERVICES.rotateTo("tg_dev_rotated_0123456789");
		SERVICES.reply("GET /api/users/me/keys/k1/secrets", 200, "{\"data\":[{\"id\":\"s1\",\"keyPrefix\":\""
				+ ServicesStub.KEY.substring(0, 12) + "\",\"current\":true}]}");
		Browser browser = signedIn();
		HttpResponse<String> answer = browser.submit("/keys/k1", "/keys/k1/rotate", Map.of("overlapSeconds", overlap));
		Document page = Jsoup.parse(answer.body());
		assertThat(page.select(".secret").text()).isEqualTo("tg_dev_rotated_0123456789");
		assertThat(page.select("h1").text()).isEqualTo("default");
		assertThat(browser.get("/keys").statusCode()).isEqualTo(200);
		assertThat(browser.get("/keys/k1").body()).doesNotContain("tg_dev_rotated_0123456789");
	}

	@Test
	void keepsItsOwnKeyWhereAnotherOneIsRotated() {
		SERVICES.reply("POST /api/users/me/keys/k1/rotate", 201,
				"{\"id\":\"k1\",\"name\":\"default\",\"secret\":\"tg_dev_another_0123456789\"}");
		SERVICES.reply("GET /api/users/me/keys/k1/secrets", 200,
				"{\"data\":[{\"id\":\"s1\",\"keyPrefix\":\"tg_dev_another\",\"current\":true}]}");
		Browser browser = signedIn();
		browser.submit("/keys/k1", "/keys/k1/rotate", Map.of("overlapSeconds", "0"));
		assertThat(browser.get("/keys").statusCode()).isEqualTo(200);
	}

	@Test
	void showsTheNewSecretOfTheKeyOfTheSessionWhereItsSecretsCouldNotBeRead() {
		SERVICES.rotateTo("tg_dev_rotated_0123456789");
		SERVICES.reply("GET /api/users/me/keys/k1/secrets", 503, "{}");
		Browser browser = signedIn();
		HttpResponse<String> answer = browser.submit("/keys/k1", "/keys/k1/rotate", Map.of("overlapSeconds", "0"));
		assertThat(Jsoup.parse(answer.body()).select(".secret").text()).isEqualTo("tg_dev_rotated_0123456789");
		assertThat(browser.get("/keys").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "name", "expires", "models", "tags" })
	void widensNoKeyByAFormThatLostAField(String lost) {
		SERVICES.reply("PATCH /api/users/me/keys/k1", 200, "{}");
		Map<String, String> fields = new HashMap<>(
				Map.of("name", "ci", "expires", "2026-12-31", "models", "gpt-4o", "tags", "team=search"));
		fields.remove(lost);
		Browser browser = signedIn();
		browser.submit("/keys/k1", "/keys/k1/change", fields);
		SERVICES.notAsked("PATCH");
		assertThat(browser.page("/keys/k1").select(".notice").text()).contains("so nothing was changed");
	}

	@Test
	void failsAtNoFormThatLostItsFields() {
		Browser browser = administrator();
		String csrf = browser.page("/keys").select("input[name=_csrf]").attr("value");
		List<String> forms = this.mappings.getHandlerMethods()
			.keySet()
			.stream()
			.filter((form) -> form.getMethodsCondition().getMethods().contains(RequestMethod.POST))
			.flatMap((form) -> form.getPatternValues().stream())
			.map((path) -> path.replaceAll("\\{\\w+}", "x1"))
			.toList();
		assertThat(forms).hasSizeGreaterThan(20);
		assertThat(forms).allSatisfy(
				(form) -> assertThat(browser.post(form, Map.of("_csrf", csrf)).statusCode()).as(form).isLessThan(500));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void tellsOfAFormThatIsTooLong(boolean lengthTold) {
		Browser browser = signedIn();
		String csrf = browser.page("/keys").select("input[name=_csrf]").attr("value");
		byte[] body = ("_csrf=" + csrf + "&name=" + "a".repeat(64 * 1024)).getBytes(StandardCharsets.UTF_8);
		HttpRequest.BodyPublisher sent = lengthTold ? HttpRequest.BodyPublishers.ofByteArray(body)
				: HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
		HttpResponse<String> answer = browser.send("/keys", sent, "Content-Type", "application/x-www-form-urlencoded");
		assertThat(answer.statusCode()).isEqualTo(413);
		assertThat(Jsoup.parse(answer.body()).select("h1").text()).isEqualTo("That is too long");
		SERVICES.notAsked("POST");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void takesNoQuestionThatIsTooLongToTry(boolean lengthTold) {
		Browser browser = signedIn();
		String csrf = browser.page("/try").select("input[name=_csrf]").attr("value");
		byte[] body = new byte[256 * 1024 + 1];
		HttpRequest.BodyPublisher sent = lengthTold ? HttpRequest.BodyPublishers.ofByteArray(body)
				: HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
		HttpResponse<String> answer = browser.send("/try/answer", sent, "Content-Type", "application/json",
				"X-XSRF-TOKEN", csrf);
		assertThat(answer.statusCode()).isEqualTo(413);
		assertThat(answer.body()).contains("\"message\":\"This is too long to try here: the page takes 256 KiB.");
		SERVICES.notAsked("POST /v1/chat/completions");
		SERVICES.reply("POST /v1/chat/completions", 200, "{\"choices\":[]}");
		assertThat(browser
			.send("/try/answer", HttpRequest.BodyPublishers.ofByteArray(new byte[256 * 1024]), "Content-Type",
					"application/json", "X-XSRF-TOKEN", csrf)
			.body()).isEqualTo("{\"choices\":[]}");
	}

	@ParameterizedTest
	@CsvSource({ "/keys,name", "/keys/k1/change,name", "/keys/k1/budget,dollars", "/budget,dollars",
			"/keys/k1/rotate,overlapSeconds", "/agents,name", "/settings,preferredModel" })
	void saysWhatIsMissingInAFormThatLostAField(String action, String field) {
		Browser browser = signedIn();
		String csrf = browser.page("/keys").select("input[name=_csrf]").attr("value");
		HttpResponse<String> answer = browser.post(action, Map.of("_csrf", csrf));
		assertThat(answer.statusCode()).as(field).isLessThan(500);
		SERVICES.notAsked("DELETE");
	}

	@Test
	void namesProvidersProperlyAndAsksForNoKeyWhereNoneIsNeeded() {
		SERVICES.reply("GET /api/providers", 200,
				"[{\"name\":\"openai\",\"needsKey\":true,\"hasSystemKey\":true},{\"name\":\"ollama\",\"needsKey\":false}]");
		Document page = signedIn().page("/provider-keys");
		assertThat(page.select("section h2").eachText()).containsExactly("OpenAI", "Ollama");
		assertThat(page.select("section").get(1).select("form")).isEmpty();
	}

	@Test
	void showsAnotherMonthWhenAsked() {
		Document page = signedIn().page("/?period=2026-01");
		assertThat(page.select("h1").text()).isEqualTo("January 2026");
		assertThat(page.select("a[rel=prev]").attr("href")).isEqualTo("/?period=2025-12");
		assertThat(page.select("a[rel=next]").attr("href")).isEqualTo("/?period=2026-02");
		assertThat(page.select(".budget")).as("the running month's").isEmpty();
		assertThat(SERVICES.queries()).anyMatch((query) -> query.contains("period=2026-01"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "2026-13", "x", "2026-1", "'", "2026-01&x=y" })
	void showsTheRunningMonthForNonsense(String period) {
		assertThat(signedIn()
			.get("/?period=" + java.net.URLEncoder.encode(period, java.nio.charset.StandardCharsets.UTF_8))
			.statusCode()).isEqualTo(200);
	}

	@Test
	void explainsACallMeterByMeter() {
		SERVICES.reply("GET /api/calls/" + CALL, 200, call("1500000", "true", "[\"web_search\"]"));
		Document page = signedIn().page("/calls/" + CALL);
		assertThat(page.expectFirst("tbody tr").text()).isEqualTo("cache read 10,000 $0.30 × 11/10 $0.0033");
		assertThat(page.select(".spent strong").text()).isEqualTo("$0.0015 +");
		assertThat(page.select(".remark").text()).contains("No price is known for web search");
		assertThat(page.select("tfoot").text()).isEqualTo("Together, without what has no price $0.0015 +");
		assertThat(page.select(".facts").text()).contains("not reported");
	}

	@Test
	void neverShowsAModelOrProviderWithoutAPriceAsFree() {
		SERVICES.reply(ServicesStub.SUMMARY, 200,
				"""
						{"period":"2026-11","breakdown":[
						  {"provider":"openai","model":"new","requestCount":2,"costNanos":0,"unpricedRequests":2},
						  {"provider":"xai","model":"part","requestCount":2,"costNanos":5000,"unpricedRequests":1},
						  {"provider":"ollama","model":"free","requestCount":3,"costNanos":0}],
						 "byProvider":[{"provider":"openai","costNanos":0},{"provider":"xai","costNanos":5000},{"provider":"ollama","costNanos":0}],
						 "requestCount":7,"totalCostNanos":5000,"unpricedRequests":3}""");
		Document page = signedIn().page("/");
		assertThat(page.select("table:contains(By model) tbody tr").eachText()).containsExactly(
				"part xai 2 0 0 0 $0.000005 +", "free ollama 3 0 0 0 $0.00", "new openai 2 0 0 0 no price");
		assertThat(page.select("table:contains(By provider) tbody tr").eachText())
			.containsExactlyInAnyOrder("xai $0.000005 +", "openai no price", "ollama $0.00");
	}

	@Test
	void callsPeopleByTheirNames() {
		SERVICES.reply("GET /api/users", 200,
				"{\"data\":[{\"id\":\"01910000-0000-7000-8000-000000000001\",\"displayName\":\"Ada\"}]}");
		SERVICES.reply("GET /api/usage/summary", 200,
				"{\"data\":[{\"userId\":\"01910000-0000-7000-8000-000000000001\",\"requestCount\":1,\"costNanos\":5},"
						+ "{\"userId\":\"01910000-0000-7000-8000-00000000abcd\",\"requestCount\":1,\"costNanos\":5}]}");
		assertThat(administrator().page("/admin").select("tbody th").eachText()).containsExactly("Ada",
				"01910000…abcd");
	}

	@Test
	void neverShowsACostOfNothingForWhatHasNoPrice() {
		SERVICES.reply("GET /api/calls/" + CALL, 200, call("null", "false", "[]"));
		assertThat(signedIn().page("/calls/" + CALL).select(".spent").text()).contains("no price")
			.doesNotContain("$0.00");
	}

	private static String call(String cost, String priced, String unpriced) {
		return """
				{"event":{"callId":"%s","provider":"openai","requestModel":"gpt-4o","model":"gpt-4o","status":"completed",
				  "usageSource":"provider","inputTokens":10000,"outputTokens":5,"priceVersion":"v7",
				  "startedAt":"2026-11-21T10:00:00Z","basis":{"serviceTier":"priority"}},
				 "costNanos":%s,"priced":%s,"unpricedMeters":%s,"corrections":[],
				 "charges":[{"meter":"cache_read","quantity":10000,"priceNanos":300000000,"multiplier":"11/10","costNanos":3300000}]}"""
			.formatted(CALL, cost, priced, unpriced);
	}

	@Test
	void filtersCallsByTheAddress() {
		SERVICES.reply("GET /api/users/me/usage/events", 200, "{\"data\":[],\"nextCursor\":null}");
		signedIn().get("/calls?period=2026-11&model=gpt-4o&tag=team:search&other=x");
		assertThat(SERVICES.queries())
			.anySatisfy((query) -> assertThat(query).contains("model=gpt-4o", "tag=team:search", "period=2026-11")
				.doesNotContain("other"));
	}

	@Test
	void saysWhyACallWasRefusedAndWhatWouldHelp() {
		SERVICES.reply("GET /api/users/me/alerts", 200,
				"""
						{"data":[{"id":"a1","type":"budget.call-refused","period":"2026-11","limitCents":1000,"neededNanos":2500000000,
						 "spentNanos":9000000000,"triggeredAt":"2026-11-21T10:00:00Z"}]}""");
		Browser browser = signedIn();
		assertThat(browser.page("/budget").select("a[href=/refusals/a1]")).isNotEmpty();
		assertThat(browser.page("/refusals/a1").expectFirst("h2").text())
			.isEqualTo("A call was refused: it needed up to $2.50, $1.00 was left of $10.00");
	}

	@Test
	void tellsOfARefusalHoweverLongAgo() {
		String newest = "{\"data\":[{\"id\":\"a9\",\"type\":\"budget.exceeded\"}],\"nextCursor\":\"older\"}";
		SERVICES.reply("GET /api/users/me/alerts", 200, newest);
		SERVICES.replyTo("cursor=older", "GET /api/users/me/alerts",
				"{\"data\":[{\"id\":\"a1\",\"type\":\"budget.call-refused\",\"neededNanos\":2500000000}]}");
		Browser browser = signedIn();
		assertThat(browser.page("/refusals/a1").expectFirst("h2").text()).contains("it needed up to $2.50");
		assertThat(browser.page("/refusals/a2").text()).contains("There is no such refusal");
	}

	@Test
	void tellsOfARefusalAllThatWasSoThen() {
		SERVICES.reply("GET /api/users/me/alerts", 200,
				"""
						{"data":[{"id":"a1","type":"budget.call-refused","period":"2026-11","limitCents":200,"neededNanos":2500000000,
						 "spentNanos":900000000,"leftNanos":1100000000,"heldNanos":300000000,"largestMaxTokens":73333,"limit":"key",
						 "apiKeyId":"k1","resetsAt":"2026-11-22T00:00:00Z","triggeredAt":"2026-11-21T10:00:00Z"}]}""");
		Document page = signedIn().page("/refusals/a1");
		assertThat(page.expectFirst(".facts").select("dd").eachText()).containsSequence("the key’s own limit",
				"up to $2.50", "$0.90", "$0.30", "$1.10", "max_tokens up to 73,333", "22 Nov 2026, 00:00",
				"you, on the key’s page");
		assertThat(page.select("li a[href=/keys/k1]")).isNotEmpty();
	}

	@Test
	void leavesALimitAloneThatWasChangedElsewhere() {
		Browser browser = signedIn();
		Document page = browser.page("/budget");
		SERVICES.reply(ServicesStub.BUDGET, 200, ServicesStub.budget(9_900L, 0, "0.00", "ok"));
		browser.post("/budget", Map.of("dollars", "5", "enforcement", "hard", "seen", page.select("[name=seen]").val(),
				"_csrf", page.select("[name=_csrf]").val()));
		assertThat(SERVICES.received()).noneMatch((call) -> call.startsWith("PATCH"));
		assertThat(browser.page("/budget").select(".notice.bad").text()).contains("changed elsewhere");
	}

	@Test
	void leavesTheLimitsOfKeysAndOfEveryoneAloneThatWereChangedElsewhere() {
		SERVICES.reply("GET /api/budgets", 200, "{\"data\":[]}");
		for (String[] limit : new String[][] {
				{ "/keys/k1", "/keys/k1/budget", "/api/users/me/keys/k1/budget", "limitCents" },
				{ "/admin/budgets", "/admin/budgets/default", "/api/budgets/default", "ceilingCents" },
				{ "/admin/budgets", "/admin/budgets/installation", "/api/budgets/installation", "limitCents" } }) {
			SERVICES.reply("PUT " + limit[2], 200, "{}");
			SERVICES.reply("GET " + limit[2], 200, "{\"" + limit[3] + "\":1000,\"enforcement\":\"hard\"}");
			Browser browser = administrator();
			Document page = browser.page(limit[0]);
			SERVICES.reply("GET " + limit[2], 200, "{\"" + limit[3] + "\":2000,\"enforcement\":\"hard\"}");
			browser.post(limit[1],
					Map.of("dollars", "5", "seen", page.select("form[action=" + limit[1] + "] [name=seen]").val(),
							"_csrf", page.select("[name=_csrf]").val()));
			assertThat(SERVICES.received()).as(limit[1]).noneMatch((call) -> call.startsWith("PUT"));
			assertThat(browser.page(limit[0]).select(".notice.bad").text()).contains("changed elsewhere");
			browser.submit(limit[0], limit[1], Map.of("dollars", "5"));
			assertThat(SERVICES.received()).as(limit[1]).anyMatch((call) -> call.startsWith("PUT " + limit[2]));
			SERVICES.received().clear();
		}
	}

	@Test
	void keepsTheThresholdsOfALimitWhoseAmountIsChanged() {
		SERVICES.reply("GET /api/users/me/keys/k1/budget", 200,
				"{\"limitCents\":200,\"period\":\"day\",\"enforcement\":\"hard\",\"thresholds\":[50,80]}");
		SERVICES.reply("PUT /api/users/me/keys/k1/budget", 200, "{}");
		signedIn().submit("/keys/k1", "/keys/k1/budget", Map.of("dollars", "5", "period", "day"));
		assertThat(SERVICES.received())
			.anySatisfy((call) -> assertThat(call).startsWith("PUT").contains("500", "\"thresholds\":[50,80]"));
	}

	@Test
	void leavesAnAgentAloneThatWasChangedElsewhere() {
		SERVICES.reply("GET /api/users/me/settings", 200, "{\"preferredModel\":null}");
		SERVICES.reply("GET /api/users/me/agents", 200, "{\"data\":[{\"id\":\"a1\",\"name\":\"bot\"}]}");
		SERVICES.reply("GET /api/users/me/agents/a1", 200, "{\"id\":\"a1\",\"name\":\"bot\"}");
		SERVICES.reply("PATCH /api/users/me/agents/a1", 200, "{}");
		Browser browser = signedIn();
		browser.submit("/models", "/agents/a1/change", Map.of("preferredModel", "openai:gpt-4o"));
		assertThat(SERVICES.received()).anyMatch((call) -> call.startsWith("PATCH /api/users/me/agents/a1"));
		SERVICES.received().clear();
		SERVICES.reply("GET /api/users/me/agents/a1", 200,
				"{\"id\":\"a1\",\"name\":\"bot\",\"preferredModel\":\"ollama:llama3.1\"}");
		browser.submit("/models", "/agents/a1/change", Map.of("preferredModel", "openai:gpt-4o"));
		assertThat(SERVICES.received()).noneMatch((call) -> call.startsWith("PATCH"));
		assertThat(browser.page("/models").select(".notice.bad").text()).contains("changed elsewhere");
	}

	@Test
	void drawsWhatOpenCallsHold() {
		assertThat(signedIn().page("/budget").select(".bar .held, dt:contains(Held)")).isEmpty();
		SERVICES.reply("GET /api/users/me/open-calls", 200, "{\"openCalls\":2,\"heldNanos\":1000000000}");
		for (String path : new String[] { "/budget", "/" }) {
			Document page = signedIn().page(path);
			Element held = page.expectFirst(".bar .held");
			assertThat(Integer.parseInt(held.attr("x")) + Integer.parseInt(held.attr("width"))).isEqualTo(860);
			assertThat(page.select("dl:contains(Held)").text()).contains("up to $1.00 by 2 open calls");
			assertThat(page.expectFirst(".bar").attr("aria-label")).contains("held up to $1.00");
			assertThat(page.text()).doesNotContain("not in these figures");
		}
		SERVICES.reply("GET /api/users/me/open-calls", 200,
				"{\"openCalls\":0,\"heldNanos\":0,\"gateways\":1,\"silentGateways\":2}");
		for (String path : new String[] { "/budget", "/" }) {
			assertThat(signedIn().page(path).text()).contains(
					"2 gateways have not said for a while what your calls hold there: it is not in these figures.");
		}
	}

	@Test
	void showsTheMonthByKeyAndByAgent() {
		assertThat(signedIn().page("/").select("caption").eachText()).doesNotContain("By key", "By agent");
		SERVICES.reply("GET /api/users/me/usage/groups", 200,
				"""
						{"data":[{"agentId":"a1","apiKeyId":null,"requestCount":1200,"inputTokens":5,"outputTokens":7,"costNanos":4500000},
						 {"requestCount":1,"inputTokens":1,"outputTokens":1,"costNanos":0,"unpricedRequests":1}],"nextCursor":null}""");
		SERVICES.reply("GET /api/users/me/agents", 200, "{\"data\":[{\"id\":\"a1\",\"name\":\"bot\"}]}");
		Element table = signedIn().page("/?period=2026-11").expectFirst("table:contains(By agent)");
		assertThat(table.select("tbody tr").eachText()).containsExactly("bot 1,200 5 7 $0.0045", "none 1 1 1 no price");
		assertThat(table.expectFirst("tbody a").attr("href")).isEqualTo("/calls?period=2026-11&agentId=a1");
	}

	@Test
	void showsTheMonthByTag() {
		SERVICES.reply("GET /api/users/me/usage/groups", 200,
				"""
						{"data":[{"tag":"team:a=b&c","requestCount":1200,"inputTokens":5,"outputTokens":7,"costNanos":4500000},
						 {"tag":"env:live","requestCount":1,"inputTokens":1,"outputTokens":1,"costNanos":0,"unpricedRequests":1}]}""");
		Element table = signedIn().page("/?period=2026-11").expectFirst("table:contains(By tag)");
		assertThat(table.select("tbody tr").eachText()).containsExactly("team=a=b&c 1,200 5 7 $0.0045",
				"env=live 1 1 1 no price");
		assertThat(table.expectFirst("tbody a").attr("href")).isEqualTo("/calls?period=2026-11&tag=team:a%3Db%26c");
		assertThat(SERVICES.queries()).contains("groupBy=tag&period=2026-11");
	}

	@Test
	void asksTheAuditForRevealsOrForAllButThem() {
		SERVICES.reply("GET /api/audit", 200, "{\"data\":[],\"nextCursor\":\"older\"}");
		Browser browser = administrator();
		browser.page("/admin/audit?only=reveals");
		assertThat(browser.page("/admin/audit?only=changes").select("a[rel=next]").attr("href"))
			.contains("only=changes", "cursor=older");
		assertThat(SERVICES.queries()).contains("limit=100&action=provider-key.revealed", "limit=100&reveals=false");
	}

	@Test
	void showsTheMonthsBefore() {
		SERVICES.reply("GET /api/users/me/budget/history", 200,
				"{\"data\":[{\"period\":\"2026-10\",\"limitCents\":null,\"spentNanos\":41000000000}]}");
		assertThat(signedIn().page("/budget").select("section:contains(Months before) tbody tr").text())
			.isEqualTo("2026-10 $41.00 No limit");
	}

	@Test
	void saysTheTruthOfCredits() {
		SERVICES.reply("GET /api/users/me/billing-account", 200, """
				{"plan":"free","creditsIncluded":1000,"creditsGranted":0,"creditsUsed":1000,"creditsRemaining":0,
				 "billingCycleEnd":"2026-12-05T00:00:00Z"}""");
		assertThat(signedIn().page("/budget").text()).contains("0 of 1,000")
			.contains("calls on the operator’s keys are refused until 5 Dec 2026");
	}

	@Test
	void fillsTheNewKeyIntoEverySnippet() {
		SERVICES.reply("POST /api/users/me/keys", 201, "{\"id\":\"k\",\"name\":\"n\",\"secret\":\"tg_dev_fresh\"}");
		HttpResponse<String> answer = signedIn().submit("/start", "/start", Map.of("name", "n"));
		assertThat(Jsoup.parse(answer.body()).select("details code").eachText()).hasSizeGreaterThan(8)
			.allSatisfy((code) -> assertThat(code).contains("tg_dev_fresh", "http://gateway.example:8080"));
		assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
	}

	@Test
	void turnsTheLightOnWithTheFirstCallAfterThePageWasOpened() {
		SERVICES.reply("GET /api/users/me/usage/events", 200, """
				{"data":[{"callId":"%s","provider":"openai","model":"gpt-4o","costNanos":9900,
				 "startedAt":"2026-11-21T10:00:00Z"}]}""".formatted(CALL));
		Browser browser = signedIn();
		assertThat(browser.page("/start/light?since=2026-11-21T09:59:59Z").select(".light.on").text())
			.contains("$0.0000099");
		assertThat(browser.page("/start/light?since=2026-11-21T10:00:01Z").select(".light.on")).isEmpty();
	}

	@Test
	void keepsThePreferredModelAndAgents() {
		SERVICES.reply("GET /api/users/me/settings", 200, "{\"preferredModel\":null}");
		SERVICES.reply("GET /api/users/me/agents", 200, "{\"data\":[{\"id\":\"a1\",\"name\":\"bot\"}]}");
		SERVICES.reply("PATCH /api/users/me/settings", 200, "{}");
		SERVICES.reply("POST /api/users/me/agents", 201, "{}");
		Browser browser = signedIn();
		browser.submit("/models", "/models", Map.of("preferredModel", "openai:gpt-4o"));
		browser.submit("/models", "/agents", Map.of("name", "helper", "preferredModel", ""));
		assertThat(SERVICES.received())
			.anyMatch((call) -> call.equals("PATCH /api/users/me/settings {\"preferredModel\":\"openai:gpt-4o\"}"))
			.anySatisfy((call) -> assertThat(call).startsWith("POST /api/users/me/agents")
				.contains("\"name\":\"helper\"", "\"preferredModel\":null"));
	}

	@Test
	void namesTheOperatorsDefaultAndSaysWhenAChoiceMeansNothing() {
		SERVICES.reply("GET /api/users/me/settings", 200, "{\"preferredModel\":null}");
		SERVICES.reply("GET /api/users/me/agents", 200, "{\"data\":[{\"id\":\"a1\",\"name\":\"bot\"}]}");
		SERVICES.reply("GET /api/users/me/resolution", 200,
				"{\"wanted\":\"gpt-4o\",\"by\":\"default\",\"model\":\"openai:gpt-4o\",\"problem\":null}");
		Document page = signedIn().page("/models");
		assertThat(page.text()).contains("and else to the operator’s default, openai:gpt-4o.");
		assertThat(page.select("tbody tr").text()).contains("the operator’s default, openai:gpt-4o");
		SERVICES.reply("GET /api/users/me/resolution", 200,
				"{\"wanted\":\"gone:model\",\"by\":\"user\",\"model\":null,\"problem\":\"unsupported_provider\"}");
		assertThat(signedIn().page("/models").select(".remark").text()).contains("gone:model", "is refused");
	}

	@Test
	void saysWhatAChoiceMeansHereAndWhatItCosts() {
		SERVICES.reply("GET /api/users/me/settings", 200, "{\"preferredModel\":\"gpt-4o\"}");
		SERVICES.reply("GET /api/users/me/resolution", 200,
				"{\"wanted\":\"gpt-4o\",\"by\":\"user\",\"model\":\"openai:gpt-4o\",\"problem\":null}");
		SERVICES.reply("GET /api/users/me/resolution?agent=a1", 200,
				"{\"wanted\":\"claude\",\"by\":\"agent\",\"model\":null,\"problem\":\"model_not_found\"}");
		SERVICES.reply("GET /api/users/me/resolution?agent=a2", 200,
				"{\"wanted\":\"llama\",\"by\":\"agent\",\"model\":\"ollama:llama\",\"problem\":null}");
		SERVICES.reply("GET /api/users/me/agents", 200,
				"""
						{"data":[{"id":"a1","name":"lost","preferredModel":"claude"},{"id":"a2","name":"own","preferredModel":"llama"},
						 {"id":"a3","name":"plain"}]}""");
		SERVICES.reply("GET /api/prices", 200,
				"""
						{"version":"v9","prices":[{"provider":"openai","model":"gpt-4o","inputNanos":2500000000,"outputNanos":10000000000},
						 {"provider":"openai","model":"whisper"},{"provider":"azure","model":"gpt-4o","inputNanos":1,"outputNanos":1}]}""");
		Browser browser = signedIn();
		Document page = browser.page("/models");
		assertThat(page.select("section:has(#preferredModel)").text()).contains(
				"goes to your preferred one, gpt-4o, here openai:gpt-4o. It costs $2.50 in and $10.00 out per million tokens.");
		assertThat(page.select("[aria-label=Agents] tbody tr").eachText()).satisfiesExactly(
				(lost) -> assertThat(lost).contains("nowhere: no provider here"),
				(own) -> assertThat(own).contains("llama, here ollama:llama, its own"),
				(plain) -> assertThat(plain).contains("gpt-4o, here openai:gpt-4o, as you prefer"));
		assertThat(page.select("#known option").eachAttr("value")).as("what can be called")
			.containsExactly("openai:gpt-4o", "openai:whisper");
		assertThat(page.select("#known option").eachAttr("label")).containsExactly("$2.50 in, $10.00 out",
				"not by tokens");
		assertThat(page.select("#prices summary").eachText()).containsExactly("OpenAI (2)");
		assertThat(browser.page("/models?all=true").select("#prices summary").eachText()).containsExactly("OpenAI (2)",
				"Azure OpenAI, not set up here (1)");
	}

	@Test
	void saysToPeopleWhatAFieldMustBe() {
		SERVICES.reply("GET /api/users/me/settings", 200, "{\"preferredModel\":null}");
		SERVICES.reply("PATCH /api/users/me/settings", 400,
				"{\"code\":\"invalid_request\",\"detail\":\"Field 'preferredModel' must be 1 to 100 characters, or null.\"}");
		Browser browser = signedIn();
		browser.submit("/models", "/models", Map.of("preferredModel", "a b"));
		assertThat(browser.page("/models").select(".notice.bad p").text())
			.isEqualTo("The preferred model must be 1 to 100 characters.");
	}

	@Test
	void saysThatNoPriceIsKnownOfWhatIsPreferred() {
		SERVICES.reply("GET /api/users/me/settings", 200, "{\"preferredModel\":\"openai:new\"}");
		SERVICES.reply("GET /api/users/me/resolution", 200,
				"{\"wanted\":\"openai:new\",\"by\":\"user\",\"model\":\"openai:new\",\"problem\":null}");
		SERVICES.reply("GET /api/prices", 200,
				"{\"version\":\"v9\",\"prices\":[{\"provider\":\"openai\",\"model\":\"gpt-4o\",\"inputNanos\":1,\"outputNanos\":1}]}");
		Browser browser = signedIn();
		assertThat(browser.page("/models").select("section:has(#preferredModel)").text())
			.contains("No price is known for it");
		SERVICES.reply("GET /api/prices", 200,
				"{\"version\":\"v9\",\"prices\":[{\"provider\":\"openai\",\"model\":\"*\",\"inputNanos\":0,\"outputNanos\":0}]}");
		assertThat(browser.page("/models").select("section:has(#preferredModel)").text()).contains("It costs nothing.");
		SERVICES.reply("GET /api/prices", 503, "{}");
		assertThat(browser.page("/models").select("section:has(#preferredModel)").text())
			.doesNotContain("price is known")
			.doesNotContain("It costs");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/admin", "/admin/users", "/admin/budgets", "/admin/alerts", "/admin/webhooks",
			"/admin/prices", "/admin/audit", "/admin/system", "/admin/books", "/admin/audit/chain" })
	void isForAdministratorsAlone(String page) {
		assertThat(signedIn().get(page).statusCode()).isEqualTo(403);
		HttpResponse<String> answer = administrator().get(page);
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(Jsoup.parse(answer.body()).select("nav.sub a")).hasSize(8);
	}

	@Test
	void showsEveryAttemptToTellAWebhook() {
		SERVICES.reply("GET /api/webhooks/w1/deliveries", 200,
				"""
						{"data":[{"id":"d1","type":"budget.exceeded","state":"waiting","nextAttemptAt":"2026-11-21T10:05:00Z",
						 "attempts":[{"attemptedAt":"2026-11-21T10:00:00Z","status":500,"outcome":"refused","millis":12}]}]}""");
		assertThat(administrator().page("/admin/webhooks/w1").select("tbody tr").text())
			.startsWith("A limit was reached waiting 21 Nov 2026, 10:00:00: refused, status 500 (12 ms)"
					+ " 21 Nov 2026, 10:05");
	}

	@Test
	void makesAPersonAndSetsACeiling() {
		SERVICES.reply("GET /api/users", 200,
				"{\"data\":[{\"id\":\"u1\",\"email\":\"a@example.org\",\"role\":\"member\"}]}");
		SERVICES.reply("POST /api/users", 201,
				"{\"user\":{\"id\":\"u2\",\"email\":\"b@example.org\"},\"apiKey\":{\"secret\":\"tg_dev_first\"}}");
		SERVICES.reply("PATCH /api/users/u1/budget", 200, "{}");
		Browser browser = administrator();
		HttpResponse<String> answer = browser.submit("/admin/users", "/admin/users",
				Map.of("email", "b@example.org", "role", "member"));
		assertThat(Jsoup.parse(answer.body()).select(".secret").text()).isEqualTo("tg_dev_first");
		browser.submit("/admin/users", "/admin/users/u1/ceiling", Map.of("dollars", "1,500"));
		assertThat(SERVICES.received())
			.anyMatch((call) -> call.equals("PATCH /api/users/u1/budget {\"ceilingCents\":150000}"));
	}

	@Test
	void takesACeilingAwayOnlyWhenThatIsWhatWasPressed() {
		SERVICES.reply("GET /api/users", 200,
				"{\"data\":[{\"id\":\"u1\",\"email\":\"a@example.org\",\"role\":\"member\"}]}");
		SERVICES.reply("PATCH /api/users/u1/budget", 200, "{}");
		Browser browser = administrator();
		browser.submit("/admin/users", "/admin/users/u1/ceiling", Map.of("dollars", " "));
		SERVICES.notAsked("PATCH /api/users/u1/budget");
		assertThat(browser.page("/admin/users").select(".notice").text()).contains("press “No ceiling”");
		browser.submit("/admin/users", "/admin/users/u1/no-ceiling", Map.of());
		SERVICES.asked("PATCH /api/users/u1/budget {\"ceilingCents\":null}");
		assertThat(browser.page("/admin/users").select(".notice").text()).contains("The ceiling is gone.");
	}

	@Test
	void showsWhatARerateWouldChangeBeforeItDoesIt() {
		SERVICES.reply("GET /api/usage/unpriced", 200, "{\"data\":[]}");
		SERVICES.reply("POST /api/usage/rerate", 200, "{\"id\":\"j1\"}");
		SERVICES.reply("GET /api/usage/jobs/j1", 200, job("done", true, 12));
		Browser browser = administrator();
		HttpResponse<String> sent = browser.submit("/admin/prices", "/admin/rerate",
				Map.of("period", "2026-11", "model", "openai:x", "reason", "price added"));
		assertThat(sent.headers().firstValue("Location")).hasValue("/admin/rerate/j1");
		Document preview = browser.page("/admin/rerate/j1");
		assertThat(preview.select("strong").text()).contains("12 calls of 40 would change, by $5.00 in all.");
		assertThat(preview.select("#job").hasAttr("hx-get")).as("asks again").isFalse();
		assertThat(SERVICES.received()).anySatisfy((call) -> assertThat(call).contains("\"dryRun\":true"))
			.noneSatisfy((call) -> assertThat(call).contains("\"dryRun\":false"));
		browser.submit("/admin/rerate/j1", "/admin/rerate", Map.of());
		assertThat(SERVICES.received()).anySatisfy((call) -> assertThat(call).contains("\"dryRun\":false",
				"\"model\":\"openai:x\"", "\"period\":\"2026-11\""));
	}

	@Test
	void asksAgainWhileARerateGoesOnAndOffersNothingWhereNothingWouldChange() {
		SERVICES.reply("GET /api/usage/jobs/j1", 200, job("running", true, 3));
		Browser browser = administrator();
		assertThat(browser.page("/admin/rerate/j1").select("#job").attr("hx-get")).isEqualTo("/admin/rerate/j1");
		SERVICES.reply("GET /api/usage/jobs/j1", 200, job("done", true, 0));
		Document page = browser.page("/admin/rerate/j1");
		assertThat(page.select("strong").text()).contains("Nothing would change");
		assertThat(page.select("form[action=/admin/rerate]")).isEmpty();
	}

	private static String job(String state, boolean dryRun, int calls) {
		return """
				{"id":"j1","period":"2026-11","provider":"openai","model":"x","reason":"price added","dryRun":%s,"state":"%s",
				 "total":40,"examined":20,"calls":%d,"adjusted":0,"skipped":0,"deltaNanos":5000000000,
				 "byUser":[{"userId":"u1","calls":12,"deltaNanos":5000000000,"deltaUsd":"5"}]}"""
			.formatted(dryRun, state, calls);
	}

	@Test
	void saysHowManyCallsAreBooked() {
		SERVICES.reply("GET /api/usage/audit", 200, """
				{"whole":false,"differences":[],"deadLetters":0,"conflictingDuplicates":1,
				 "sources":[{"source":"/gateway/a/1","seqSeen":1204331,"gaps":2,"closed":false}]}""");
		SERVICES.reply("GET /api/usage/summary", 200, "{\"data\":[]}");
		Browser browser = administrator();
		assertThat(browser.page("/admin").select("#books").attr("hx-get")).isEqualTo("/admin/books");
		Document page = browser.page("/admin/books");
		assertThat(page.select("#books .spent").text()).isEqualTo("1,204,329 of 1,204,331 calls booked");
		assertThat(page.select("#books .badge").text()).isEqualTo("Not whole");
	}

	@Test
	void saysWhatHasNoPriceAndNeverThatItCostNothing() {
		SERVICES.reply("GET /api/usage/summary", 200,
				"{\"data\":[{\"provider\":\"openai\",\"requestCount\":2,\"unpricedRequests\":2,\"costNanos\":0},"
						+ "{\"provider\":\"xai\",\"requestCount\":2,\"unpricedRequests\":1,\"costNanos\":5000}]}");
		SERVICES.reply("GET /api/usage/unpriced", 200,
				"{\"data\":[{\"provider\":\"openai\",\"model\":\"x\",\"requestCount\":2,\"inputTokens\":1200,\"outputTokens\":7}]}");
		Browser browser = administrator();
		assertThat(browser.page("/admin").select("tbody tr").eachText()).containsExactly("openai 2 2 no price",
				"xai 2 1 $0.000005 +");
		assertThat(browser.page("/admin/prices").select("tbody tr").text())
			.startsWith("openai:x everything 2 1,200 in, 7 out");
	}

	@Test
	void tellsWhichServicesAnswer() {
		SERVICES.reply("GET /api/master-keys", 200, """
				{"data":[{"id":"new","first":true,"configured":true,"records":3},
				 {"id":"old","first":false,"configured":true,"records":9}],"rewrap":null}""");
		SERVICES.reply("GET /api/budgets/sources", 500, "{}");
		SERVICES.reply("GET /api/prices", 200, "{\"version\":\"v9\",\"fileBroken\":true,\"prices\":[{}]}");
		SERVICES.reply("POST /api/master-keys/rewrap", 202, "{}");
		Browser browser = administrator();
		Document page = browser.page("/admin/system");
		assertThat(page.select("section:contains(Services) tbody tr").eachText()).hasSize(4)
			.anyMatch((row) -> row.startsWith("Budget service does not answer"))
			.anyMatch((row) -> row.startsWith("Key service answers"));
		assertThat(page.select(".remark").text()).contains("The last good table stays in force");
		browser.submit("/admin/system", "/admin/system/rewrap", Map.of());
		assertThat(SERVICES.received()).anyMatch((call) -> call.startsWith("POST /api/master-keys/rewrap"));
	}

	@Test
	void tellsWhichGatewayIsSilentAndClosesOneThatNeverComesBack() {
		String lives = "{\"source\":\"/gateway/a/1\",\"registeredAt\":\"2026-11-21T10:00:00Z\",\"heardAt\":\"2026-11-21T11:00:00Z\",\"silent\":false}";
		SERVICES.reply("GET /api/budgets/sources", 200, "{\"data\":[" + lives + "]}");
		Browser browser = administrator();
		Document well = browser.page("/admin/system");
		assertThat(well.select("section:contains(Gateways) .badge").eachText()).containsExactly("open");
		assertThat(well.select(".remark, #gone")).isEmpty();
		SERVICES.reply("GET /api/budgets/sources", 200, "{\"data\":[" + lives
				+ ",{\"source\":\"/gateway/b/2\",\"registeredAt\":\"2026-11-21T10:00:00Z\",\"heardAt\":\"2026-11-21T10:30:00Z\",\"silent\":true}]}");
		SERVICES.reply("POST /api/budgets/sources/close", 204, "");
		Document page = browser.page("/admin/system");
		assertThat(page.select("section:contains(may spend) .badge").eachText()).first().isEqualTo("open");
		assertThat(page.select("section:contains(may spend) .badge").eachText()).last()
			.asString()
			.startsWith("silent since")
			.contains("10:30");
		assertThat(page.select(".remark").text()).startsWith("One gateway has said nothing for 15 seconds or longer.")
			.contains("no limit is passed", "start it again with its spool folder");
		assertThat(page.select("#gone code").eachText()).containsExactly("/gateway/b/2");
		browser.submit("/admin/system", "/admin/system/close", Map.of());
		assertThat(SERVICES.received())
			.anyMatch((call) -> call.equals("POST /api/budgets/sources/close {\"source\":\"/gateway/b/2\"}"));
		assertThat(browser.page("/admin/system").select(".notice.good").text()).contains("free again");
	}

	@Test
	void connectsAnAccountByWayOfTheProvidersOwnPage() {
		SERVICES.reply("GET /api/providers", 200,
				"[{\"name\":\"openrouter\",\"needsKey\":true,\"hasSystemKey\":false,\"connectable\":true}]");
		SERVICES.connects("openrouter", "https://openrouter.example/auth?a=1&b=2");
		Browser browser = signedIn();
		HttpResponse<String> there = browser.submit("/provider-keys", "/provider-keys/connect",
				Map.of("provider", "openrouter"));
		Document page = Jsoup.parse(there.body());
		assertThat(page.select("a.button").attr("href")).isEqualTo("https://openrouter.example/auth?a=1&b=2");
		assertThat(page.select(".connect-page").text()).contains("You go to openrouter.example");
		assertThat(browser.get("/connect/callback?state=s1&code=c1").headers().firstValue("Location"))
			.hasValue("/provider-keys");
		SERVICES.asked("POST /api/users/me/provider-keys/openrouter/connect/complete", "\"state\":\"s1\"",
				"\"code\":\"c1\"");
		assertThat(browser.page("/provider-keys").select(".notice.good").text()).contains("Your account is connected");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/connect/callback?state=other&code=c", "/connect/callback", "/connect/callback?code=c",
			"/connect/callback?state=&code=c" })
	void takesNoConsentThatWasNotAskedForInThisSession(String address) {
		Browser browser = signedIn();
		browser.get(address);
		assertThat(SERVICES.received()).noneMatch((call) -> call.contains("/complete"));
		assertThat(browser.page("/provider-keys").select(".notice.bad").text()).contains("was not asked for");
	}

	@Test
	void takesAConsentOnceAndARefusalForWhatItIs() {
		SERVICES.connects("acme", "https://acme.example/");
		Browser browser = signedIn();
		connect(browser, "acme");
		browser.get("/connect/callback?state=s1&error=access_denied");
		assertThat(browser.page("/provider-keys").select(".notice.bad").text()).contains("You did not agree");
		browser.get("/connect/callback?state=s1&code=c");
		assertThat(SERVICES.received()).noneMatch((call) -> call.contains("/complete"));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "javascript:alert(1)", "data:text/html,x", "//evil.example", "", "https:opaque", "ftp://x/" })
	void leadsToNoAddressThatIsNoneOfTheWeb(String address) {
		SERVICES.connects("acme", address);
		assertThat(connect(signedIn(), "acme").headers().firstValue("Location")).hasValue("/provider-keys");
	}

	private static HttpResponse<String> connect(Browser browser, String provider) {
		String csrf = browser.page("/budget").select("[name=_csrf]").val();
		return browser.post("/provider-keys/connect", Map.of("provider", provider, "_csrf", csrf));
	}

	@Test
	void showsAnAccountThatIsToBeConnectedAgain() {
		SERVICES.reply("GET /api/providers", 200,
				"[{\"name\":\"acme\",\"needsKey\":true,\"hasSystemKey\":true,\"connectable\":true}]");
		SERVICES.reply("GET /api/users/me/provider-keys", 200,
				"[{\"provider\":\"acme\",\"maskedKey\":\"…x\",\"isValid\":false,\"connection\":\"connect_again\"}]");
		Element card = signedIn().page("/provider-keys").expectFirst("section");
		assertThat(card.select(".badge").text()).isEqualTo("Connect again");
		assertThat(card.text()).contains("as if there were none. Your calls use the operator’s key, and your credits.");
	}

	@Test
	void endsASecretThatARotationLeftAlive() {
		SERVICES.reply("GET /api/users/me/keys/k1/secrets", 200,
				"""
						{"data":[{"id":"s2","keyPrefix":"tg_dev_new","createdAt":"2026-11-21T10:00:00Z","current":true},
						 {"id":"s1","keyPrefix":"tg_dev_old","createdAt":"2026-11-01T10:00:00Z","diesAt":"2026-11-22T10:00:00Z"}]}""");
		SERVICES.reply("DELETE /api/users/me/keys/k1/secrets/s1", 204, "");
		Browser browser = signedIn();
		Document page = browser.page("/keys/k1");
		assertThat(page.select("table:contains(Secrets that work now) tbody tr").eachText()).hasSize(2)
			.anyMatch((row) -> row.contains("tg_dev_old… 1 Nov 2026, 10:00 22 Nov 2026, 10:00"));
		assertThat(page.select("form[action=/keys/k1/secrets/end]")).hasSize(1);
		browser.submit("/keys/k1", "/keys/k1/secrets/end", Map.of());
		assertThat(SERVICES.received()).anyMatch((call) -> call.startsWith("DELETE /api/users/me/keys/k1/secrets/s1"));
	}

	@Test
	void tellsWhatAServiceSaysOfAProviderThatDoesNotAnswer() {
		SERVICES.reply("PUT /api/users/me/provider-keys/openai", 503,
				"{\"code\":\"provider_unreachable\",\"detail\":\"The provider could not be asked about this key. Nothing was stored.\"}");
		SERVICES.reply("POST /api/users/me/provider-keys/openai/validate", 500,
				"{\"code\":\"key_undecryptable\",\"detail\":\"Failed to decrypt API key -- remove it and add it again\"}");
		SERVICES.reply("GET /api/users/me/provider-keys", 200, "[{\"provider\":\"openai\",\"maskedKey\":\"sk...x\"}]");
		Browser browser = signedIn();
		browser.submit("/provider-keys", "/provider-keys", Map.of("apiKey", "sk-mine-0123456789"));
		assertThat(browser.page("/provider-keys").select(".notice.bad").text())
			.contains("The provider could not be asked");
		browser.submit("/provider-keys", "/provider-keys/validate", Map.of());
		assertThat(browser.page("/provider-keys").select(".notice.bad").text()).contains("remove it and add it again");
	}

	@Test
	void claimsNothingOfAChangeThatWasNotAnswered() {
		SERVICES.reply("PATCH /api/users/me/budget", 503, "{}");
		SERVICES.reply("POST /api/users/me/keys", 503, "{}");
		Browser browser = signedIn();
		browser.submit("/budget", "/budget", Map.of("dollars", "5"));
		assertThat(browser.page("/budget").select(".notice.bad").text()).startsWith("Budget service did not answer")
			.contains("not known whether that was done");
		assertThat(org.jsoup.Jsoup.parse(browser.submit("/keys", "/keys", Map.of("name", "ci")).body())
			.select(".notice.bad")
			.text()).startsWith("Key service did not answer");
	}

	@Test
	void showsSecretsPageByPage() {
		SERVICES.reply("GET /api/users/me/keys/k1/secrets", 200,
				"{\"data\":[{\"id\":\"s2\",\"current\":true},{\"id\":\"s1\"}],\"nextCursor\":\"older\"}");
		SERVICES.replyTo("cursor=older", "GET /api/users/me/keys/k1/secrets",
				"{\"data\":[{\"id\":\"s0\",\"keyPrefix\":\"tg_dev_first\"}]}");
		Browser browser = signedIn();
		String older = browser.page("/keys/k1").select("a[rel=next]").attr("href");
		Document page = browser.page(older);
		assertThat(page.select("table:contains(Secrets that work now) tbody tr").eachText()).singleElement()
			.asString()
			.contains("tg_dev_first");
		assertThat(page.select("a:contains(From the newest)").attr("href")).isEqualTo("/keys/k1");
		assertThat(page.select("a[rel=next]")).isEmpty();
	}

	@Test
	void leavesAKeyAloneThatWasChangedElsewhereAndItsEndWhereItWas() {
		SERVICES.reply("GET /api/users/me/keys/k1", 200,
				"{\"id\":\"k1\",\"name\":\"default\",\"expiresAt\":\"2027-01-01T00:00:00Z\"}");
		SERVICES.reply("PATCH /api/users/me/keys/k1", 200, "{}");
		Browser browser = signedIn();
		Document page = browser.page("/keys/k1");
		assertThat(page.select("#expires").val()).isEqualTo("2026-12-31");
		browser.submit("/keys/k1", "/keys/k1/change",
				Map.of("name", "x", "expires", "2026-12-31", "models", "", "tags", ""));
		assertThat(SERVICES.received()).anySatisfy(
				(call) -> assertThat(call).startsWith("PATCH").contains("\"name\":\"x\"").doesNotContain("expiresAt"));
		assertThat(browser.page("/keys/k1").select(".notice.good")).isNotEmpty();
		SERVICES.received().clear();
		SERVICES.reply("GET /api/users/me/keys/k1", 200, "{\"id\":\"k1\",\"name\":\"renamed\"}");
		browser.post("/keys/k1/change", Map.of("name", "y", "expires", "", "models", "", "tags", "", "seen",
				page.select("[name=seen]").val(), "_csrf", page.select("[name=_csrf]").val()));
		assertThat(SERVICES.received()).noneMatch((call) -> call.startsWith("PATCH"));
		assertThat(browser.page("/keys/k1").select(".notice.bad").text()).contains("changed elsewhere");
	}

	@Test
	void saysThatNothingWasSavedWhenTheSessionEndedInMidEdit() {
		Browser browser = signedIn();
		String csrf = browser.page("/budget").select("[name=_csrf]").val();
		browser.plantCookie("tallygate-session", "gone");
		HttpResponse<String> answer = browser.post("/budget", Map.of("dollars", "5", "_csrf", csrf));
		assertThat(answer.headers().firstValue("Location")).hasValue("/sign-in?reason=not-saved");
		assertThat(browser.page("/sign-in?reason=not-saved").select(".notice").text())
			.contains("nothing was changed. Sign in and send it again");
	}

	@Test
	void saysThatNothingWasSavedWhenTheKeyWasRevokedInMidEdit() {
		Browser browser = signedIn();
		String csrf = browser.page("/models").select("[name=_csrf]").val();
		SERVICES.refuseTheKey();
		HttpResponse<String> answer = browser.post("/models", Map.of("preferredModel", "openai:x", "_csrf", csrf));
		assertThat(answer.headers().firstValue("Location")).hasValue("/sign-in?reason=not-saved");
	}

	@Test
	void leadsBackFromTheAddressOfANewSecret() {
		assertThat(signedIn().get("/keys/k1/rotate").headers().firstValue("Location")).hasValue("/keys/k1");
		assertThat(administrator().get("/admin/webhooks/w1/rotate-secret").headers().firstValue("Location"))
			.hasValue("/admin/webhooks/w1");
	}

	@Test
	void tellsOfAChangeInWordsAndOfTheOperatorByThatName() {
		SERVICES.reply("GET /api/audit", 200,
				"""
						{"data":[{"at":"2026-11-21T10:00:00Z","action":"webhook.created","actorUserId":"u1","new":{"enabled":true,"types":[],"tags":{"team":"a"}}},
						 {"at":"2026-11-21T10:00:00Z","action":"webhook.changed","actorUserId":"u1","old":{"enabled":true,"x":null},"new":{"enabled":false}},
						 {"at":"2026-11-21T10:00:00Z","action":"webhook.removed","actorUserId":"u1","old":{"types":["a","b"]}},
						 {"at":"2026-11-21T10:00:00Z","action":"provider-key.revealed","actorUserId":"u1","userId":"00000000-0000-0000-0000-000000000000"}]}""");
		Document page = administrator().page("/admin/audit");
		assertThat(page.select("td.free").eachText()).containsExactly("enabled: true, types: none, tags: (team: a)",
				"enabled: true, x: none → enabled: false", "was types: a, b");
		assertThat(page.select("tbody tr:last-child").text()).contains("the operator");
	}

	@Test
	void saysThatALimitIsNotKnownInsteadOfThatThereIsNone() {
		SERVICES.reply("GET /api/users/me/keys/k1/budget", 503, "{}");
		SERVICES.reply("GET /api/budgets/default", 503, "{}");
		SERVICES.reply("GET /api/budgets/installation", 404, "{\"code\":\"not_found\"}");
		Document key = signedIn().page("/keys/k1");
		assertThat(key.select("section:has(.notice)").text()).contains("neither told nor changed")
			.doesNotContain("None");
		assertThat(key.select("form[action=/keys/k1/budget]")).isEmpty();
		Document budgets = administrator().page("/admin/budgets");
		assertThat(budgets.select("form[action=/admin/budgets/default]")).isEmpty();
		assertThat(budgets.select("form[action=/admin/budgets/installation] [name=seen]").val()).isNotEmpty();
	}

	@Test
	void leadsToNoMonthThatHasNotBegun() {
		Browser browser = signedIn();
		Document page = browser.page("/?period=2099-12");
		assertThat(page.select("h1").text()).isEqualTo(browser.page("/").select("h1").text());
		assertThat(page.select("a[rel=next]")).isEmpty();
		assertThat(browser.page("/?period=2020-01").select("a[rel=next]").attr("href")).contains("2020-02");
	}

	@Test
	void saysToPeopleThatSomethingIsNotThere() {
		SERVICES.reply("GET /api/calls/nonsense", 404,
				"{\"code\":\"not_found\",\"detail\":\"There is nothing here. Check the path and the id.\"}");
		assertThat(signedIn().page("/calls/nonsense").select(".notice p").text())
			.isEqualTo("It is not there, or not any more.");
	}

	@Test
	void tellsAMemberThatAPageIsForAdministrators() {
		HttpResponse<String> answer = signedIn().get("/admin/users");
		assertThat(answer.statusCode()).isEqualTo(403);
		assertThat(Jsoup.parse(answer.body()).select("h1").text()).isEqualTo("This page is for administrators");
	}

	@Test
	void hasNoPageToSignUpUnlessItIsOpen() {
		Browser browser = new Browser(this.port);
		assertThat(browser.get("/sign-up").statusCode()).isEqualTo(404);
		assertThat(browser.page("/sign-in").select("a[href=/sign-up]")).isEmpty();
		assertThat(browser.page("/sign-in").select("a[href=/sign-in/issuer]")).isEmpty();
	}

	@Test
	void givesAWebhookANewSecretOnceAndChangesIt() {
		SERVICES.reply("GET /api/webhooks/w1", 200,
				"{\"id\":\"w1\",\"url\":\"https://a.example/x\",\"description\":\"ops\",\"format\":\"slack\",\"enabled\":true}");
		SERVICES.reply("GET /api/webhooks/w1/deliveries", 200, "{\"data\":[]}");
		SERVICES.reply("POST /api/webhooks/w1/rotate-secret", 200, "{\"id\":\"w1\",\"secret\":\"whsec_new\"}");
		SERVICES.reply("PATCH /api/webhooks/w1", 200, "{}");
		Browser browser = administrator();
		HttpResponse<String> rotated = browser.submit("/admin/webhooks/w1", "/admin/webhooks/w1/rotate-secret",
				Map.of());
		assertThat(Jsoup.parse(rotated.body()).select(".secret").text()).isEqualTo("whsec_new");
		assertThat(browser.page("/admin/webhooks/w1").select(".secret")).isEmpty();
		browser.submit("/admin/webhooks/w1", "/admin/webhooks/w1/change",
				Map.of("url", "https://b.example/", "format", "cloudevents", "description", "ops", "state", "off"));
		assertThat(SERVICES.received()).anySatisfy((call) -> assertThat(call).startsWith("PATCH /api/webhooks/w1")
			.contains("\"url\":\"https://b.example/\"", "\"enabled\":false", "\"format\":\"cloudevents\""));
	}

	@ParameterizedTest
	@MethodSource("dev.tallygate.console.HostileTexts#all")
	void showsHostileTextsOfAdministratorsPagesAsText(String hostile) {
		String json = HostileTexts.json(hostile);
		SERVICES.reply("GET /api/users", 200,
				"{\"data\":[{\"id\":\"u1\",\"displayName\":%1$s,\"email\":%1$s}]}".formatted(json));
		SERVICES.reply("GET /api/webhooks", 200,
				"{\"data\":[{\"id\":\"w1\",\"url\":%1$s,\"format\":%1$s}]}".formatted(json));
		SERVICES.reply("GET /api/audit", 200, "{\"data\":[{\"action\":%1$s,\"new\":{\"a\":%1$s}}]}".formatted(json));
		Browser browser = administrator();
		for (String page : new String[] { "/admin/users", "/admin/webhooks", "/admin/audit" }) {
			Document shown = browser.page(page);
			assertThat(shown.select("tbody th").text()).isNotEmpty();
			assertThat(shown.select("script:not([src]), img:not([src^=/assets/]), iframe, object, embed, base, style"))
				.isEmpty();
			assertThat(shown.select("a")).allSatisfy((link) -> assertThat(link.attr("href")).matches("(/|#).*"));
			assertThat(shown.getAllElements())
				.allSatisfy((element) -> assertThat(element.attributes().asList()).extracting((at) -> at.getKey())
					.noneMatch((name) -> name.startsWith("on") || name.equals("style") || name.equals("srcdoc")));
		}
	}

}
