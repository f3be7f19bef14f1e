package dev.tallygate.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tallygate.console.Chromium.Tab;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

/**
 * What people come for, done as they do it, in a real browser: each way from its first
 * page to its end. What the services make of it is their own tests' matter; here it is
 * what they are asked and what is shown of their answers.
 */
class FlowsInChromiumTests extends InChromium {

	@Test
	void comesFromAKeyToTheFirstAnswerAndItsCost() {
		SERVICES.reply("POST /api/users/me/keys", 201, "{\"name\":\"first steps\",\"secret\":\"tg_dev_fresh\"}");
		SERVICES.reply("GET /api/users/me/usage/events", 200, "{\"data\":[]}");
		Tab tab = signedIn("member");
		tab.go(url("/start"));
		tab.follow("form[action='/start'] button");
		assertThat(tab.text(".secret")).isEqualTo("tg_dev_fresh");
		SERVICES.asked("POST /api/users/me/keys", "\"name\":\"first steps\"");
		for (String client : new String[] { "curl", "OpenAI, Python", "OpenAI, Node", "OpenAI, Java", "Anthropic",
				"Vercel AI SDK", "LangChain4j", "Spring AI", "Claude Code", "Codex" }) {
			assertThat(tab
				.run("[...document.querySelectorAll('details')].some((one) => one.textContent.includes('" + client
						+ "') && one.textContent.includes('tg_dev_fresh'))")
				.asBoolean()).as(client).isTrue();
		}
		assertThat(tab.text("#light")).contains("Waiting for your first call");
		SERVICES.reply("GET /api/users/me/usage/events", 200,
				"{\"data\":[{\"callId\":\"%s\",\"provider\":\"openai\",\"model\":\"gpt-4o-mini\",\"costNanos\":450000,\"startedAt\":\"%s\"}]}"
					.formatted(CALL, Instant.now().plusSeconds(60)));
		tab.shows(".light.on", "It cost $0.00045");
		tab.follow(".light.on a");
		assertThat(tab.text("h1")).isEqualTo("Why this cost that");
		assertThat(tab.troubles()).isEmpty();
	}

	@Test
	void savesAProviderKeyShowingThatTheProviderIsAskedAndWhatItSays() {
		SERVICES.reply("PUT /api/users/me/provider-keys/openai", 200, "{\"success\":true}");
		Tab tab = signedIn("member");
		tab.go(url("/provider-keys"));
		tab.type("#key-openai", "sk-mine-0123456789");
		tab.loading(() -> assertThat(tab.run(
				"(() => { const button = document.querySelector('section:has(#key-openai) button[data-busy]'); button.click();"
						+ " return button.getAttribute('aria-busy') + ' ' + button.textContent; })()")
			.asString()).isEqualTo("true Asking the provider …"));
		assertThat(tab.text(".notice.good")).contains("checked, encrypted and in use");
		SERVICES.asked("PUT /api/users/me/provider-keys/openai {\"apiKey\":\"sk-mine-0123456789\"}");
		SERVICES.reply("PUT /api/users/me/provider-keys/openai", 400,
				"{\"code\":\"provider_rejected_key\",\"detail\":\"Invalid API key -- could not authenticate with provider\"}");
		tab.type("#key-openai", "sk-wrong-0123456789");
		tab.follow("section:has(#key-openai) button[data-busy]");
		assertThat(tab.text(".notice.bad")).contains("could not authenticate with provider");
		assertThat(tab.run("document.body.innerHTML.includes('sk-wrong')").asBoolean()).isFalse();
		SERVICES.reply("DELETE /api/users/me/provider-keys/openai", 200, "{\"success\":true}");
		tab.click("summary[aria-label='Delete the key for OpenAI']");
		tab.follow("section:has(#key-openai) button.danger");
		assertThat(tab.text(".notice.good")).contains("removed");
		SERVICES.asked("DELETE /api/users/me/provider-keys/openai");
	}

	@Test
	void sendsAFormOnceHoweverOftenItIsClicked() {
		SERVICES.reply("POST /api/users/me/keys", 201, "{\"name\":\"ci\",\"secret\":\"tg_dev_fresh\"}");
		Tab tab = signedIn("member");
		tab.go(url("/keys"));
		tab.type("#name", "ci");
		tab.loading(() -> tab.run("(() => { const button = document.querySelector('form[action=\"/keys\"] button');"
				+ " for (let i = 0; i < 5; i++) button.click(); })()"));
		assertThat(tab.text(".secret")).isEqualTo("tg_dev_fresh");
		assertThat(SERVICES.received().stream().filter((one) -> one.startsWith("POST /api/users/me/keys"))).hasSize(1);
	}

	@Test
	void makesChangesRotatesAndRevokesAKey() {
		SERVICES.reply("POST /api/users/me/keys", 201, "{\"id\":\"k1\",\"name\":\"ci\",\"secret\":\"tg_prod_fresh\"}");
		SERVICES.reply("PATCH /api/users/me/keys/k1", 200, "{}");
		SERVICES.reply("PUT /api/users/me/keys/k1/budget", 200, "{}");
		SERVICES.reply("POST /api/users/me/keys/k1/rotate", 201, "{\"name\":\"ci\",\"secret\":\"tg_prod_newer\"}");
		SERVICES.reply("DELETE /api/users/me/keys/k1", 204, "");
		Tab tab = signedIn("member");
		tab.go(url("/keys"));
		tab.type("#name", "ci");
		tab.choose("#keyType", "prod");
		tab.type("#models", "openai:*");
		tab.type("#tags", "team=search");
		tab.follow("form[action='/keys'] button");
		assertThat(tab.text(".secret")).isEqualTo("tg_prod_fresh");
		SERVICES.asked("POST /api/users/me/keys", "\"keyType\":\"prod\"", "\"allowedModels\":[\"openai:*\"]",
				"\"tags\":{\"team\":\"search\"}");
		tab.follow("tbody th a");
		assertThat(tab.run("document.body.innerHTML.includes('tg_prod_fresh')").asBoolean()).as("shown once").isFalse();
		tab.type("#name", "build server");
		tab.follow("form[action$='/change'] button");
		SERVICES.asked("PATCH /api/users/me/keys/k1", "\"name\":\"build server\"");
		tab.type("#dollars", "1,250.50");
		tab.choose("#period", "day");
		tab.follow("form[action$='/budget'] button");
		SERVICES.asked("PUT /api/users/me/keys/k1/budget", "\"limitCents\":125050", "\"period\":\"day\"");
		tab.choose("#overlapSeconds", "86400");
		tab.follow("form[action$='/rotate'] button");
		assertThat(tab.text(".secret")).isEqualTo("tg_prod_newer");
		SERVICES.asked("POST /api/users/me/keys/k1/rotate", "86400");
		tab.go(url("/keys"));
		assertThat(tab.run("document.querySelector('button.danger').checkVisibility()").asBoolean())
			.as("no key is revoked by one click")
			.isFalse();
		tab.click("tbody summary");
		tab.follow("button.danger");
		SERVICES.asked("DELETE /api/users/me/keys/k1");
	}

	@Test
	void bringsOlderKeysAsOneGetsToTheEnd() {
		SERVICES.reply("GET /api/users/me/keys", 200, ServicesStub.keys(100, "more"));
		Tab tab = signedIn("member");
		tab.go(url("/keys"));
		SERVICES.reply("GET /api/users/me/keys", 200, ServicesStub.keys(3, null));
		tab.run("document.querySelector('a[rel=next]').scrollIntoView()");
		tab.shows(".keys-list tbody tr:nth-child(103)", "n");
		assertThat(tab.run("document.querySelectorAll('.keys-list tbody tr').length").asInt()).isEqualTo(103);
		assertThat(tab.run("document.querySelector('a[rel=next]') === null").asBoolean()).isTrue();
		assertThat(tab.troubles()).isEmpty();
	}

	@Test
	void prefersAModelAndNamesAgents() {
		SERVICES.reply("PATCH /api/users/me/settings", 200, "{}");
		SERVICES.reply("POST /api/users/me/agents", 201, "{}");
		SERVICES.reply("GET /api/users/me/agents/a1", 200, "{\"id\":\"a1\",\"name\":\"bot\"}");
		SERVICES.reply("PATCH /api/users/me/agents/a1", 200, "{}");
		SERVICES.reply("DELETE /api/users/me/agents/a1", 204, "");
		Tab tab = signedIn("member");
		tab.go(url("/models"));
		assertThat(tab.text(".models-page")).contains("goes to your preferred one, openai:gpt-4o-mini")
			.contains("openai:gpt-4o-mini, as you prefer");
		tab.click("#prices summary");
		assertThat(tab.text("details[open] tbody")).contains("$0.15").contains("$0.60").contains("preferred");
		tab.follow("button[value='openai:gpt-4o']");
		SERVICES.asked("PATCH /api/users/me/settings {\"preferredModel\":\"openai:gpt-4o\"}");
		SERVICES.received().clear();
		tab.type("#preferredModel", "openai:gpt-4o");
		tab.follow("form[action='/models'] button");
		SERVICES.asked("PATCH /api/users/me/settings", "\"openai:gpt-4o\"");
		tab.type("#name", "no spaces please");
		tab.click("form[action='/agents'] button");
		assertThat(tab.run("document.querySelector('#name').validity.patternMismatch").asBoolean()).isTrue();
		tab.type("#name", "support-bot");
		tab.follow("form[action='/agents'] button");
		SERVICES.asked("POST /api/users/me/agents", "\"name\":\"support-bot\"");
		tab.type("tbody input[name=preferredModel]", "anthropic:claude-haiku-4.5");
		tab.follow("form[action='/agents/a1/change'] button");
		SERVICES.asked("PATCH /api/users/me/agents/a1", "\"anthropic:claude-haiku-4.5\"");
		tab.click("summary[aria-label='Remove bot']");
		tab.follow("form[action='/agents/a1/remove'] button");
		SERVICES.asked("DELETE /api/users/me/agents/a1");
	}

	@Test
	void setsALimitUnderstandsCommasAndNoticesAChangeMadeElsewhere() {
		Tab tab = signedIn("member");
		tab.go(url("/budget"));
		tab.type("#dollars", "1,50");
		tab.follow("form[action='/budget'] button");
		assertThat(tab.text(".notice.bad")).contains("1.50");
		SERVICES.notAsked("PATCH");
		tab.type("#dollars", "1,500");
		tab.follow("form[action='/budget'] button");
		SERVICES.asked("PATCH /api/users/me/budget", "\"monthlyBudgetCents\":150000");
		SERVICES.received().clear();
		SERVICES.reply(ServicesStub.BUDGET, 200, ServicesStub.budget(70_00L, 0, "0.00", "ok"));
		tab.type("#dollars", "9");
		tab.follow("form[action='/budget'] button");
		assertThat(tab.text(".notice.bad")).contains("changed elsewhere");
		SERVICES.notAsked("PATCH");
		tab.type("#dollars", "");
		tab.follow("form[action='/budget'] button");
		SERVICES.asked("PATCH /api/users/me/budget", "\"monthlyBudgetCents\":null");
	}

	@Test
	void coloursTheBarAndHatchesWhatIsHeld() {
		Tab tab = signedIn("member");
		record Shown(long spent, String percent, String state) {
		}
		for (Shown shown : new Shown[] { new Shown(1_000_000_000, "10.00", "ok"),
				new Shown(8_000_000_000L, "80.00", "warning"), new Shown(9_500_000_000L, "95.00", "critical"),
				new Shown(11_000_000_000L, "110.00", "exceeded") }) {
			SERVICES.reply(ServicesStub.BUDGET, 200,
					ServicesStub.budget(1_000L, shown.spent(), shown.percent(), shown.state()));
			tab.go(url("/budget"));
			String seen = tab.run("getComputedStyle(document.querySelector('.bar .fill')).fill").asString();
			String wanted = tab
				.run("(() => { const one = document.createElement('p'); one.className = 'badge " + shown.state()
						+ "'; document.body.append(one); return getComputedStyle(one).color; })()")
				.asString();
			assertThat(seen).as(shown.state()).isEqualTo(wanted);
			if (shown.spent() < 9_000_000_000L) {
				assertThat(tab.run("document.querySelector('.bar .held').getBoundingClientRect().width").asDouble())
					.as("what open calls hold is drawn")
					.isPositive();
			}
		}
		assertThat(tab.text(".facts .over")).contains("$1.00");
	}

	@Test
	void bringsTheMonthUpToDateByItselfButNotUnderTheReader() {
		Tab tab = signedIn("member");
		tab.go(url("/"));
		assertThat(tab.text(".facts.wide")).contains("$0.0009");
		SERVICES.reply(ServicesStub.SUMMARY, 200, """
				{"period":"2026-11","breakdown":[],"byProvider":[],"requestCount":3,"totalCostNanos":7000000000}""");
		// What the page does every ten seconds.
		String refresh = "htmx.ajax('GET', '/', { source: '#panels', target: '#panels', select: '#panels', swap: 'outerHTML' })";
		tab.run("document.querySelector('#panels a').focus()");
		tab.run(refresh);
		assertThat(tab.text(".facts.wide")).as("the keyboard is in it").contains("$0.0009");
		tab.run("document.activeElement.blur()");
		tab.run(refresh);
		tab.shows(".facts.wide", "$7.00");
		assertThat(tab.troubles()).isEmpty();
	}

	@Test
	void leadsFromTheMonthByATagToTheCallsAndFromOneToWhyItCostThat() {
		Tab tab = signedIn("member");
		tab.go(url("/"));
		tab.follow("a[href*='tag=team:search']");
		assertThat(tab.run("document.querySelector('#f-tag').value").asString()).isEqualTo("team:search");
		assertThat(SERVICES.queries()).anySatisfy((query) -> assertThat(query).contains("tag=team:search"));
		tab.type("#f-model", "gpt-4o");
		tab.choose("#f-status", "interrupted");
		tab.follow(".filters button");
		assertThat(tab.run("location.search").asString()).contains("model=gpt-4o", "status=interrupted", "tag=team");
		tab.follow("tbody td a");
		assertThat(tab.text("table")).contains("cache read", "10,000", "$0.30", "× 11/10", "$0.0033");
		assertThat(tab.text("main")).contains("price added", "web search", "Together, without what has no price",
				"service tier: priority");
	}

	@Test
	void tellsWhyACallWasRefusedAndWhatWouldHelp() {
		Tab tab = signedIn("member");
		tab.go(url("/budget"));
		tab.follow("a[href='/refusals/a1']");
		assertThat(tab.text("h1")).isEqualTo("Why a call was refused");
		assertThat(tab.text(".facts")).contains("your own monthly limit", "up to $2.50", "$9.00", "$0.25", "$1.00",
				"73,333", "1 Dec 2026", "you, on the budget page");
		tab.follow("li a[href='/budget']");
		assertThat(tab.text("h1")).isEqualTo("Budget");
	}

	@Test
	void showsAnAnswerAsItComesAndWhatItCost() {
		Semaphore next = new Semaphore(0);
		SERVICES.stream("POST /v1/chat/completions", CALL, next,
				"data: {\"choices\":[{\"delta\":{\"content\":\"Good \"}}]}\n\n",
				"data: {\"choices\":[{\"delta\":{\"content\":\"<b>day</b>\"}}]}\n\ndata: [DONE]\n\n");
		Tab tab = signedIn("member");
		tab.go(url("/try"));
		tab.type("#model", "openai:gpt-4o-mini");
		tab.type("#text", "Hello");
		tab.click("#try button");
		next.release();
		tab.shows(".said.it", "Good");
		assertThat(tab.text(".said.it")).doesNotContain("day");
		next.release();
		tab.shows(".said.it", "Good <b>day</b>");
		tab.shows(".said.it a", "$0.0033");
		SERVICES.asked("POST /v1/chat/completions", "\"model\":\"openai:gpt-4o-mini\"", "\"stream\":true", "Hello");
		SERVICES.reply("POST /v1/chat/completions", 402,
				"{\"error\":{\"message\":\"Your monthly budget does not allow this call.\",\"code\":\"budget_exceeded\"}}");
		tab.type("#text", "More");
		tab.click("#try button");
		tab.shows(".said.bad", "does not allow this call");
		assertThat(tab.troubles()).allMatch((trouble) -> trouble.contains("402"));
	}

	@Test
	void losesNothingThatWasTypedToTryWhenTheSessionHasEnded() {
		Tab tab = signedIn("member");
		tab.go(url("/try"));
		tab.forget("tallygate-session", url("/"));
		tab.type("#text", "A long question");
		tab.click("#try button");
		tab.shows(".said.bad", "You were signed out, so nothing was sent");
		assertThat(tab.run("document.querySelector('#text').value").asString()).isEqualTo("A long question");
		SERVICES.notAsked("POST /v1/chat/completions");
	}

	@Test
	void typesAgainAfterTheSignInWhatTheEndOfASessionKeptFromBeingSaved() {
		Tab tab = signedIn("member");
		tab.go(url("/keys/k1"));
		tab.type("#name", "build server");
		tab.type("#tags", "team=search");
		tab.forget("tallygate-session", url("/"));
		tab.follow("form[action$='/change'] button");
		assertThat(tab.text(".notice.bad")).contains("nothing was changed", "What you typed is kept in this tab");
		SERVICES.notAsked("PATCH");
		tab.type("#apiKey", ServicesStub.KEY);
		tab.click("main button");
		tab.shows(".notice", "It is not saved yet");
		assertThat(tab.run("location.pathname").asString()).isEqualTo("/keys/k1");
		assertThat(tab.run("document.querySelector('#name').value").asString()).isEqualTo("build server");
		SERVICES.reply("PATCH /api/users/me/keys/k1", 200, "{}");
		tab.follow("form[action$='/change'] button");
		SERVICES.asked("PATCH /api/users/me/keys/k1", "\"name\":\"build server\"", "\"team\":\"search\"");
		tab.go(url("/keys/k1"));
		assertThat(tab.run("document.querySelector('#name').value").asString()).as("typed again once")
			.isEqualTo("default");
		assertThat(tab.run("sessionStorage.getItem('draft') === null").asBoolean()).isTrue();
	}

	@Test
	void overwritesNothingUnseenWithWhatIsTypedAgain() {
		Tab tab = signedIn("member");
		tab.go(url("/budget"));
		tab.type("#dollars", "40");
		tab.forget("tallygate-session", url("/"));
		tab.follow("form[action='/budget'] button");
		SERVICES.reply(ServicesStub.BUDGET, 200, ServicesStub.budget(70_00L, 0, "0.00", "ok"));
		tab.type("#apiKey", ServicesStub.KEY);
		tab.click("main button");
		tab.shows(".notice", "It is not saved yet");
		tab.follow("form[action='/budget'] button");
		assertThat(tab.text(".notice.bad")).contains("changed elsewhere");
		assertThat(tab.run("document.querySelector('#dollars').value").asString()).isEqualTo("70.00");
		SERVICES.notAsked("PATCH");
	}

	@Test
	void showsNobodyElseWhatWasTypedAndKeepsNoPassword() {
		Tab tab = signedIn("member");
		tab.go(url("/provider-keys"));
		tab.type("#key-openai", "sk-mine-0123456789");
		tab.forget("tallygate-session", url("/"));
		tab.follow("section:has(#key-openai) button[data-busy]");
		assertThat(tab.run("sessionStorage.getItem('draft') === null").asBoolean()).isTrue();
		tab.type("#apiKey", ServicesStub.KEY);
		tab.follow("main button");
		tab.go(url("/keys"));
		tab.type("#name", "a secret project");
		tab.forget("tallygate-session", url("/"));
		tab.follow("form[action='/keys'] button");
		SERVICES.reply("GET /api/users/me", 200, "{\"id\":\"2\",\"displayName\":\"Bob\",\"role\":\"member\"}");
		tab.type("#apiKey", ServicesStub.KEY);
		tab.follow("main button");
		tab.go(url("/keys"));
		assertThat(tab.run("document.querySelector('#name').value").asString()).isEmpty();
		assertThat(tab.run("sessionStorage.getItem('draft') === null").asBoolean()).isTrue();
	}

	@Test
	void losesNothingOfAFormThatWasRefusedOrIsOutOfDate() {
		Tab tab = signedIn("member");
		tab.go(url("/keys"));
		tab.type("#name", "build server");
		tab.type("#tags", "nonsense");
		tab.follow("form[action='/keys'] button");
		assertThat(tab.text(".notice.bad")).contains("team=search");
		assertThat(tab.run("document.querySelector('#name').value").asString()).isEqualTo("build server");
		assertThat(tab.run("document.querySelector('#tags').value").asString()).isEqualTo("nonsense");
		tab.type("#tags", "team=search");
		tab.forget("tallygate-csrf", url("/"));
		tab.follow("form[action='/keys'] button");
		assertThat(tab.text("h1")).isEqualTo("This form is out of date");
		tab.follow(".unsaved a");
		assertThat(tab.text(".notice")).contains("It is not saved yet");
		assertThat(tab.run("document.querySelector('#tags').value").asString()).isEqualTo("team=search");
	}

	@Test
	void asksTheNextWhileTheBooksStillWaitForTheOneBefore() {
		Semaphore next = new Semaphore(10);
		SERVICES.stream("POST /v1/chat/completions", CALL, next,
				"data: {\"choices\":[{\"delta\":{\"content\":\"Good day\"}}]}\n\ndata: [DONE]\n\n");
		SERVICES.reply("GET /api/calls/" + CALL, 404, "{}");
		Tab tab = signedIn("member");
		tab.go(url("/try"));
		tab.type("#text", "Hello");
		tab.click("#try button");
		tab.shows(".said.it", "Being booked");
		tab.until("!document.querySelector('#try button').disabled");
		assertThat(tab.text(".said.it")).contains("Being booked");
	}

	@Test
	void connectsAnAccountByTheProvidersOwnPage() {
		String there = SERVICES.url() + "/consent";
		SERVICES.connects("openrouter", there);
		Tab tab = signedIn("member");
		tab.go(url("/provider-keys"));
		tab.follow("form[action='/provider-keys/connect'] button");
		assertThat(tab.text("main")).contains("You go to 127.0.0.1");
		tab.follow("a.button");
		assertThat(tab.run("location.href").asString()).as("no policy of the page forbids it").isEqualTo(there);
		tab.go(url("/connect/callback?state=s1&code=c1"));
		assertThat(tab.text(".notice.good")).contains("Your account is connected");
		SERVICES.asked("POST /api/users/me/provider-keys/openrouter/connect/complete", "\"code\":\"c1\"");
	}

	@Test
	void signsUpAndInAndOut() {
		SERVICES.reply("POST /api/signup", 201,
				"{\"user\":{\"id\":\"u\"},\"apiKey\":{\"secret\":\"" + ServicesStub.KEY + "\"}}");
		Tab tab = chromium.open();
		tab.go(url("/sign-in"));
		tab.follow("a[href='/sign-up']");
		tab.type("#email", "ada@example.org");
		tab.follow("form[action='/sign-up'] button");
		String key = tab.text(".secret");
		tab.follow("a.button");
		tab.type("#apiKey", key);
		tab.follow("form[action='/sign-in'] button");
		assertThat(tab.run("location.pathname").asString()).isEqualTo("/");
		assertThat(tab.run("document.cookie").asString()).as("no script sees a cookie").isEmpty();
		tab.follow(".who button");
		assertThat(tab.text(".notice")).isEqualTo("You are signed out.");
		tab.go(url("/budget"));
		assertThat(tab.text("h1")).isEqualTo("Sign in");
	}

	@Test
	void leadsToTheSignInWhenTheSessionEndsWhileAPageIsOpen() {
		Tab tab = signedIn("member");
		tab.go(url("/"));
		SERVICES.refuseTheKey();
		tab.run("void htmx.ajax('GET', '/', { target: '#panels', select: '#panels' })");
		tab.shows(".notice", "You were signed out");
		tab.type("#apiKey", ServicesStub.KEY);
		tab.follow("main button");
		assertThat(tab.text(".notice.bad")).contains("not accepted");
	}

	@Test
	void makesAPersonWithAKeyACeilingAndCreditsAndRemovesOne() {
		SERVICES.reply("POST /api/users", 201,
				"{\"user\":{\"id\":\"u2\",\"email\":\"b@example.org\"},\"apiKey\":{\"secret\":\"tg_dev_first\"}}");
		SERVICES.reply("PATCH /api/users/u1/budget", 200, "{}");
		SERVICES.reply("POST /api/users/u1/credits", 201, "{}");
		SERVICES.reply("DELETE /api/users/u1", 204, "");
		Tab tab = signedIn("admin");
		tab.go(url("/admin/users"));
		tab.type("#email", "b@example.org");
		tab.choose("#role", "admin");
		tab.follow("form[action='/admin/users'] button");
		assertThat(tab.text(".secret")).isEqualTo("tg_dev_first");
		SERVICES.asked("POST /api/users ", "\"role\":\"admin\"");
		tab.click("tbody summary");
		tab.type("tbody input[name=dollars]", "40");
		tab.follow("form[action$='/ceiling'] button");
		SERVICES.asked("PATCH /api/users/u1/budget {\"ceilingCents\":4000}");
		tab.click("tbody summary");
		tab.type("tbody input[name=amount]", "500");
		tab.type("tbody input[name=reason]", "a workshop");
		tab.follow("form[action$='/credits'] button");
		SERVICES.asked("POST /api/users/u1/credits", "\"amount\":500", "\"reason\":\"a workshop\"", "idempotencyKey");
		tab.click("tbody summary");
		tab.follow("form[action$='/remove'] button");
		SERVICES.asked("DELETE /api/users/u1");
	}

	@Test
	void limitsEveryoneAndTheInstallation() {
		SERVICES.reply("PUT /api/budgets/default", 200, "{}");
		SERVICES.reply("PUT /api/budgets/installation", 200, "{}");
		Tab tab = signedIn("admin");
		tab.go(url("/admin/budgets"));
		tab.type("#default-dollars", "20");
		tab.follow("form[action$='/default'] button");
		SERVICES.asked("PUT /api/budgets/default", "\"ceilingCents\":2000");
		tab.type("#installation-dollars", "9,999,999");
		tab.follow("form[action$='/installation'] button");
		SERVICES.asked("PUT /api/budgets/installation", "\"limitCents\":999999900");
		tab.follow("a[href='/admin/budgets?state=exceeded']");
		assertThat(SERVICES.queries()).anyMatch((query) -> query.contains("state=exceeded"));
	}

	@Test
	void triesAWebhookAndSendsAgain() {
		SERVICES.reply("POST /api/webhooks", 201, "{\"id\":\"w1\",\"secret\":\"whsec_once\"}");
		SERVICES.reply("POST /api/webhooks/w1/test", 202, "{}");
		SERVICES.reply("POST /api/webhooks/w1/deliveries/d1/redeliver", 202, "{}");
		Tab tab = signedIn("admin");
		tab.go(url("/admin/webhooks"));
		tab.type("#url", "https://receiver.example/alerts");
		tab.follow("form[action='/admin/webhooks'] button");
		assertThat(tab.text(".secret")).isEqualTo("whsec_once");
		tab.go(url("/admin/webhooks/w1"));
		assertThat(tab.text("tbody")).contains("refused, status 500");
		tab.follow("form[action$='/redeliver'] button");
		SERVICES.asked("POST /api/webhooks/w1/deliveries/d1/redeliver");
		tab.follow("form[action$='/test'] button");
		SERVICES.asked("POST /api/webhooks/w1/test");
	}

	@Test
	void ratesAgainOnlyAfterItWasSeenWhatThatWouldChange() {
		SERVICES.reply("POST /api/usage/rerate", 202, "{\"id\":\"j1\"}");
		Tab tab = signedIn("admin");
		tab.go(url("/admin/prices"));
		tab.follow("a[aria-label='Re-rate openai:x']");
		assertThat(tab.run("document.querySelector('#model').value").asString()).isEqualTo("openai:x");
		tab.type("#reason", "price added");
		tab.follow("form[action='/admin/rerate'] button");
		SERVICES.asked("POST /api/usage/rerate", "\"dryRun\":true");
		assertThat(tab.text("#job")).contains("12 calls of 40 would change", "$5.00");
		tab.follow("form[action='/admin/rerate'] button");
		SERVICES.asked("POST /api/usage/rerate", "\"dryRun\":false", "\"reason\":\"price added\"");
	}

	@Test
	void tellsWhoDidWhatAndWhetherTheChainIsWhole() {
		Tab tab = signedIn("admin");
		tab.go(url("/admin/audit"));
		tab.shows("#chain", "The chain is whole: 1,204 entries");
		assertThat(tab.text("tbody")).contains("limitCents");
		tab.follow("a[href='/admin/audit?only=changes']");
		assertThat(SERVICES.queries()).anyMatch((query) -> query.contains("reveals=false"));
	}

	@Test
	void waitsForServicesThatHangOnceForAllOfThemAndShowsTheRest() {
		Semaphore never = new Semaphore(0);
		SERVICES.stream("GET /api/users/me/billing-account", null, never, "{}");
		SERVICES.stream("GET /api/users/me/usage/daily", null, never, "{}");
		SERVICES.stream("GET /api/users/me/open-calls", null, never, "{}");
		Tab tab = signedIn("member");
		long began = System.nanoTime();
		tab.go(url("/"));
		assertThat(Duration.ofNanos(System.nanoTime() - began)).as("one time-out of 4 s, not three")
			.isLessThan(Duration.ofSeconds(10));
		assertThat(tab.text("main")).contains("gpt-4o-mini", "$7.60");
		never.release(10);
	}

	@Test
	void leavesTheRestOfAPageWhenAServiceIsDown() {
		Tab tab = signedIn("admin");
		for (String call : new String[] { ServicesStub.BUDGET, "GET /api/users/me/alerts", "GET /api/budgets",
				"GET /api/usage/audit" }) {
			SERVICES.reply(call, 503, "{}");
		}
		tab.go(url("/"));
		assertThat(tab.text("main")).contains("Budget service does not answer", "gpt-4o-mini", "Nothing is lost");
		tab.go(url("/budget"));
		assertThat(tab.text("main")).contains("Budget service does not answer", "Months before", "Credits");
		tab.go(url("/admin"));
		tab.shows("#books", "does not answer");
		assertThat(tab.text("main")).contains("Who spent what this month");
	}

}
