package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.console.Chromium.Tab;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The pages in a real browser: axe finds no violation of WCAG 2.2 AA in any of them, in
 * light, dark and at phone width; the keyboard alone is enough; scripts and policy do not
 * get into each other's way. Needs a Chromium, which CI installs.
 */
class ChromiumTests extends InChromium {

	/**
	 * What web.dev calls good; how much of the window moved, by how much of its height.
	 */
	private static final double MOST_JUMPING = 0.1;

	/** Where pictures of the pages go; none are made where it is not named. */
	private static final @Nullable String PICTURES = System.getProperty("tallygate.pictures");

	private static final Map<String, String> TITLES = Map.ofEntries(Map.entry("/", "usage"),
			Map.entry("/start", "start"), Map.entry("/calls", "calls"), Map.entry("/calls/" + CALL, "call"),
			Map.entry("/budget", "budget"), Map.entry("/refusals/a1", "refusal"), Map.entry("/keys", "keys"),
			Map.entry("/keys/k1", "key"), Map.entry("/provider-keys", "provider-keys"), Map.entry("/models", "models"),
			Map.entry("/try", "try"), Map.entry("/admin", "books"), Map.entry("/admin/system", "system"),
			Map.entry("/admin/users", "people"), Map.entry("/admin/budgets", "budgets"),
			Map.entry("/admin/alerts", "alerts"), Map.entry("/admin/webhooks", "webhooks"),
			Map.entry("/admin/webhooks/w1", "webhook"), Map.entry("/admin/prices", "prices"),
			Map.entry("/admin/rerate/j1", "rerate"), Map.entry("/admin/audit", "audit"));

	private static String axe;

	@BeforeAll
	static void readAxe() throws IOException {
		try (InputStream script = Objects.requireNonNull(ChromiumTests.class.getResourceAsStream("/axe.min.js"))) {
			axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	/** One session for all pages of a kind of display; a sign-in each would be slow. */
	@ParameterizedTest
	@ValueSource(strings = { "light", "dark", "phone" })
	void hasNoViolationThatAxeFinds(String display) {
		Tab tab = signedIn("admin");
		tab.dark(display.equals("dark"));
		tab.size(display.equals("phone") ? 390 : 1200, 800);
		for (String page : List.of("/", "/?period=2026-10", "/start", "/calls", "/calls/" + CALL, "/budget",
				"/refusals/a1", "/keys", "/keys/k1", "/provider-keys", "/models", "/try", "/admin", "/admin/books",
				"/admin/system", "/admin/users", "/admin/budgets", "/admin/alerts", "/admin/webhooks",
				"/admin/webhooks/w1", "/admin/prices", "/admin/rerate/j1", "/admin/audit", "/admin/audit/chain",
				"/no-such-page")) {
			tab.go(url(page));
			if (!page.equals("/no-such-page")) {
				assertThat(tab.text("main")).as(page)
					.isNotEmpty()
					.doesNotContain("Something went wrong")
					.doesNotContain("does not answer");
			}
			tab.until("!document.querySelector('[hx-trigger=load]')");
			keepAPicture(tab, display, page);
			check(tab, page);
		}
		assertThat(tab.troubles()).allMatch((trouble) -> trouble.contains("404"));
	}

	/** Those of {@code docs/console}, when a folder is named for them. */
	private static void keepAPicture(Tab tab, String display, String page) {
		String title = TITLES.get(page);
		if (PICTURES != null && title != null) {
			try {
				Files.write(Path.of(PICTURES, display + "-" + title + ".jpg"), tab.picture());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/sign-in?reason=rejected", "/sign-up" })
	void hasNoneBeforeTheSignIn(String page) {
		Tab tab = chromium.open();
		tab.go(url(page));
		check(tab, page);
		assertThat(tab.troubles()).isEmpty();
	}

	private static void check(Tab tab, String page) {
		assertThat(tab.run("""
				new Promise((done) => new PerformanceObserver((all) => done(all.getEntries()
				    .filter((one) => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)))
				  .observe({ type: "layout-shift", buffered: true }) ?? setTimeout(() => done(0), 30))""").asDouble())
			.as(page + " jumps by")
			.isLessThan(MOST_JUMPING);
		tab.run(axe);
		JsonNode found = tab
			.run("""
					axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })
					  .then((all) => all.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html).join(" ")))""");
		assertThat(found.valueStream().map(JsonNode::asString).toList()).as(page).isEqualTo(Collections.emptyList());
		assertThat(tab.run("document.documentElement.scrollWidth - innerWidth").asInt()).as(page + " is too wide by")
			.isLessThanOrEqualTo(0);
	}

	/** From a billionth of a dollar to ten million, and names without an end. */
	@Test
	void fitsTheSmallestAndTheLargestAmountAndAnyNameOnAPhone() {
		String name = "n".repeat(300);
		SERVICES.reply(ServicesStub.SUMMARY, 200,
				"""
						{"period":"2026-11","breakdown":[{"provider":"%1$s","model":"%1$s","requestCount":9000000000,"inputTokens":9000000000000,
						 "outputTokens":9000000000000,"costNanos":1},{"provider":"x","model":"y","requestCount":1,"costNanos":9999999000000000}],
						 "byProvider":[{"provider":"%1$s","costNanos":1},{"provider":"x","costNanos":9999999000000000}],
						 "requestCount":9000000001,"totalCostNanos":9999999000000001}"""
					.formatted(name));
		SERVICES.reply(ServicesStub.BUDGET, 200,
				ServicesStub.budget(999_999_900L, 9_999_999_000_000_001L, "100.00", "exceeded"));
		SERVICES.reply("GET /api/users/me/keys", 200, "{\"data\":[{\"id\":\"k1\",\"name\":\"" + name
				+ "\",\"keyType\":\"prod\",\"allowedModels\":[\"" + name + "\"]}]}");
		SERVICES.reply("GET /api/users/me/keys/k1", 200,
				"{\"id\":\"k1\",\"name\":\"" + name + "\",\"keyType\":\"dev\"}");
		SERVICES.reply("GET /api/webhooks/w1", 200, "{\"id\":\"w1\",\"url\":\"https://a.example/" + name
				+ "\",\"description\":\"" + name + "\",\"format\":\"slack\"}");
		SERVICES.reply("GET /api/users/me/agents", 200,
				"{\"data\":[{\"id\":\"a1\",\"name\":\"%1$s\",\"preferredModel\":\"%1$s\"}]}".formatted(name));
		SERVICES.reply("GET /api/users/me/usage/events", 200,
				"{\"data\":[{\"callId\":\"%s\",\"provider\":\"%s\",\"model\":\"%s\",\"status\":\"completed\",\"costNanos\":1}]}"
					.formatted(CALL, name, name));
		Tab tab = signedIn("admin");
		tab.size(390, 800);
		for (String page : List.of("/", "/budget", "/keys", "/keys/k1", "/models", "/admin/webhooks/w1", "/calls")) {
			tab.go(url(page));
			check(tab, page);
		}
		assertThat(tab.text("main")).contains("$0.000000001");
		tab.go(url("/"));
		assertThat(tab.text("main")).contains("$0.000000001", "$9,999,999.00", "$9,999,999.000000001");
	}

	@Test
	void needsNoMouse() {
		Tab tab = signedIn("member");
		tab.go(url("/budget"));
		tab.press("Tab", 9);
		assertThat(tab.run("document.activeElement.textContent").asString()).isEqualTo("Skip to content");
		tab.run("document.querySelector('#dollars').focus()");
		tab.type("#dollars", "50");
		tab.loading(() -> tab.press("Enter", 13));
		assertThat(tab.text(".notice.good")).contains("The limit is changed");
		assertThat(SERVICES.received())
			.anySatisfy((call) -> assertThat(call).startsWith("PATCH /api/users/me/budget").contains("5000"));
	}

	@Test
	void showsEveryFocus() {
		Tab tab = signedIn("member");
		tab.go(url("/keys"));
		for (int i = 0; i < 12; i++) {
			tab.press("Tab", 9);
			assertThat(tab.run("""
					(() => { const style = getComputedStyle(document.activeElement);
					  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; })()""").asBoolean())
				.as("focus on " + tab.run("document.activeElement.outerHTML.slice(0, 100)").asString())
				.isTrue();
		}
	}

	@Test
	void fetchesWhatTakesLongAfterThePageIsThere() {
		Tab tab = signedIn("admin");
		tab.go(url("/admin"));
		tab.run("""
				new Promise((done, late) => { const end = Date.now() + 30000; (function look() {
				  if (document.querySelector("#books .spent")) done(true);
				  else if (Date.now() > end) late("the part did not come"); else setTimeout(look, 50); })(); })""");
		assertThat(tab.text("#books .spent")).contains("of 1,204,331 calls booked");
		assertThat(tab.troubles()).isEmpty();
	}

	@Test
	void runsNoScriptThatIsInAName() {
		String hostile = HostileTexts.json("<img src=x onerror=\"window.hurt=1\"><script>window.hurt=1</script>");
		SERVICES.reply("GET /api/users/me/keys", 200,
				"{\"data\":[{\"id\":\"k1\",\"name\":" + hostile + ",\"keyType\":\"dev\"}]}");
		Tab tab = signedIn("member");
		tab.go(url("/keys"));
		assertThat(tab.text("tbody th")).contains("onerror");
		assertThat(tab.run("window.hurt === undefined").asBoolean()).isTrue();
	}

}
