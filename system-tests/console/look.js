// See look.
const { chromium } = require("playwright-core");
const fs = require("fs");

const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { CONSOLE, GATEWAY, ADMIN, PICTURES, CHROMIUM } = process.env;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
let passed = 0;
let failed = 0;

const check = (what, good, detail = "") => {
  good ? passed++ : failed++;
  console.log((good ? "ok    " : "NOT   ") + what + (good ? "" : " " + detail));
};

// Of a machine that does other things as well, much is asked here.
const PATIENCE = 120_000;

const opened = async (browser, options = {}) => {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  return context;
};

const signIn = async (page, key) => {
  await page.goto(CONSOLE + "/sign-in");
  await page.fill("#apiKey", key);
  await page.click("main button[type=submit]");
  await page.waitForURL(CONSOLE + "/");
};

const text = async (page, selector) => (await page.locator(selector).first().innerText({ timeout: PATIENCE })).trim();

const flows = async (page) => {
  await signIn(page, ADMIN);
  const email = "look-" + Date.now() + "@example.org";
  await page.goto(CONSOLE + "/admin/users");
  await page.fill("#email", email);
  await page.click("form[action='/admin/users'] button");
  const key = await text(page, ".secret");
  check("an administrator makes a person, whose key is shown", key.startsWith("tg_dev_"));
  await page.click(".who button");

  await signIn(page, key);
  await page.goto(CONSOLE + "/start");
  await page.click("form[action='/start'] button");
  const own = await text(page, ".secret");
  check("a person gets a key of its own", own.startsWith("tg_dev_") && own !== key);
  check("the snippets have it", (await page.content()).split(own).length > 8);
  const answer = await fetch(GATEWAY + "/v1/chat/completions", {
    method: "POST",
    headers: { Authorization: "Bearer " + own, "Content-Type": "application/json" },
    body: JSON.stringify({ model: "openai:gpt-4o-mini", messages: [{ role: "user", content: "Say hello" }] }),
  });
  check("the snippet's call is answered", answer.ok, answer.status);
  await page.waitForSelector(".light.on", { timeout: PATIENCE });
  check("the light turns green with the cost", (await text(page, ".light.on")).includes("$0."));

  await page.click(".light.on a");
  check("a call's page adds up", (await text(page, "tfoot")).includes(await text(page, ".spent strong")));

  await page.goto(CONSOLE + "/provider-keys");
  await page.fill("#key-openai", "sk-sim-mine-0123456789abcdef");
  await page.click("section:has(#key-openai) button >> nth=0");
  check("a provider key is saved and verified", (await text(page, ".notice.good")).includes("in use"));

  // Before there is a hard limit, under which what has no price is refused.
  check("a model without a price is answered", (await call(key, "openai:no-price-known", "Hello")).ok);
  await page.goto(CONSOLE + "/try");
  await page.fill("#model", "openai:gpt-4o-mini");
  await page.fill("#text", "Say hello");
  await page.click("#try button");
  await page.waitForSelector(".said.it a", { timeout: PATIENCE });
  check("an answer is streamed and its cost shown", (await text(page, ".said.it a")).startsWith("$"));

  await page.goto(CONSOLE + "/budget");
  await page.fill("#dollars", "1,50");
  await page.click("form[action='/budget'] button");
  check("an ambiguous amount is refused with what to type", (await text(page, ".notice.bad")).includes("1.50"));
  await page.fill("#dollars", "1,500");
  await page.click("form[action='/budget'] button");
  check("a limit is set", (await text(page, ".notice.good")).includes("changed") && (await text(page, ".spent")).includes("$1,500.00"));

  await page.goto(CONSOLE + "/keys");
  await page.fill("#name", "build server");
  await page.fill("#tags", "team=search");
  await page.click("form[action='/keys'] button");
  check("a key with a tag is made", (await text(page, ".secret")).startsWith("tg_dev_"));
  await page.click("tbody a:has-text('build server')");
  await page.fill("#dollars", "2");
  await page.selectOption("#period", "day");
  await page.click("form[action$='/budget'] button");
  await text(page, ".notice.good");
  check("a key gets its own limit", (await text(page, "main")).includes("$2.00 per day"), (await text(page, "main")).slice(0, 300));
  await page.click("form[action$='/rotate'] button");
  check("a key is rotated", (await text(page, ".secret")).startsWith("tg_dev_"));

  for (const [model, times] of [["openai:gpt-4o", 3], ["anthropic:claude-haiku-4.5", 2]]) {
    for (let i = 0; i < times; i++) await call(own, model, "Count to " + (i + 3));
  }
  await until("the calls are in the books", async () => {
    await page.goto(CONSOLE + "/calls");
    return (await page.locator("tbody tr").count()) >= 8;
  });
  const list = await text(page, "tbody");
  check("what has no price says so", list.includes("no price") && !list.includes("$0.00\n"), list);
  await page.goto(CONSOLE + "/calls?model=claude-haiku-4.5");
  check("calls are narrowed down by the address", (await page.locator("tbody tr").count()) === 2);
  await page.goto(CONSOLE + "/");
  check("the month says what is in no sum", (await text(page, ".usage")).includes("without a price"));

  await page.goto(CONSOLE + "/budget");
  await page.fill("#dollars", "0.01");
  await page.click("form[action='/budget'] button");
  await until("a call is refused", async () => (await call(own, "openai:gpt-4o", "Long", 100000)).status === 402);
  await until("the refusal is among the alerts", async () => {
    await page.goto(CONSOLE + "/budget");
    return (await page.locator("a[href^='/refusals/']").count()) > 0;
  });
  await page.click("a[href^='/refusals/'] >> nth=0");
  refusal = new URL(page.url()).pathname;
  check("a refusal's page says what would help", (await text(page, "main")).includes("What you can do") && (await text(page, "h2")).includes("was refused"));

  await page.goto(CONSOLE + "/budget");
  await page.fill("#dollars", "50");
  const other = await page.context().newPage();
  await other.goto(CONSOLE + "/budget");
  await other.fill("#dollars", "60");
  await other.click("form[action='/budget'] button");
  await other.close();
  await page.click("form[action='/budget'] button");
  check("a limit changed elsewhere meanwhile is not overwritten", (await text(page, ".notice.bad")).includes("changed elsewhere") && (await text(page, ".spent")).includes("$60.00"));

  await page.goto(CONSOLE + "/models");
  await page.fill("#preferredModel", "openai:gpt-4o-mini");
  await page.click("form[action='/models'] button");
  await text(page, ".notice.good");
  check("a preferred model is kept", (await text(page, ".models-page")).includes("goes to your preferred one"));
  await page.fill("#name", "support-bot");
  await page.click("form[action='/agents'] button");
  await text(page, ".notice.good");
  check("an agent is added", (await text(page, "tbody")).includes("support-bot"));
  await page.goto(CONSOLE + "/calls");
  aCall = new URL(await page.locator("tbody a").first().getAttribute("href"), CONSOLE).pathname;
  await page.goto(CONSOLE + "/keys");
  aKey = new URL(await page.locator("tbody a", { hasText: "build server" }).getAttribute("href"), CONSOLE).pathname;
  return key;
};

const administration = async (page) => {
  await signIn(page, ADMIN);
  await page.goto(CONSOLE + "/admin");
  await page.waitForSelector("#books .spent", { timeout: PATIENCE });
  check("the books say how many calls are booked", /[1-9][0-9,]* of [0-9,]+ calls booked/.test(await text(page, "#books")), await text(page, "#books"));
  await page.goto(CONSOLE + "/admin/system");
  check("every service answers", (await text(page, "section .badge")) === "All answer", await text(page, "main"));
  await page.goto(CONSOLE + "/admin/audit");
  await page.waitForSelector("#chain .badge", { timeout: PATIENCE });
  check("the audit chain is whole", (await text(page, "#chain")).includes("whole"), await text(page, "#chain"));
  await page.goto(CONSOLE + "/admin/prices");
  check("what has no price is listed", (await text(page, "tbody")).includes("no-price-known"));
  await page.fill("#model", "openai:gpt-4o-mini");
  await page.fill("#reason", "looking");
  await page.click("form[action='/admin/rerate'] button");
  await page.waitForURL(/admin\/rerate\//);
  await until("a dry run says what would change", async () => (await text(page, "#job strong")).includes("Nothing would change"));
  job = new URL(page.url()).pathname;
  await page.goto(CONSOLE + "/admin/webhooks");
  await page.fill("#url", "https://receiver.invalid/alerts");
  await page.click("form[action='/admin/webhooks'] button");
  check("a webhook's secret is shown once", (await text(page, ".secret")).startsWith("whsec_"));
  await page.click("tbody th a");
  await page.click("form[action$='/test'] button");
  await until("an attempt and why it failed are shown", async () => {
    await page.reload();
    return (await text(page, ".webhook-page")).includes("no such host");
  });
  hook = new URL(page.url()).pathname;
  await page.click("form[action$='/redeliver'] button");
  check("a delivery is sent again", (await text(page, ".notice.good")).includes("once more"));
  await page.click("details.more summary");
  await page.click("form[action$='/rotate-secret'] button");
  check("a webhook gets a new secret", (await text(page, ".secret")).startsWith("whsec_"));
  await page.goto(CONSOLE + "/admin/budgets");
  await page.fill("#installation-dollars", "500");
  await page.click("form[action='/admin/budgets/installation'] button");
  check("the installation gets a limit", (await text(page, ".notice.good")).includes("in effect"));
};

let refusal = "/budget";
let aCall = "/calls";
let aKey = "/keys";
let job = "/admin/prices";
let hook = "/admin/webhooks";

const call = (key, model, content, most) =>
  fetch(GATEWAY + "/v1/chat/completions", {
    method: "POST",
    headers: { Authorization: "Bearer " + key, "Content-Type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content }], ...(most ? { max_tokens: most } : {}) }),
  });

const until = async (what, holds) => {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    if (await holds()) return check(what, true);
    await new Promise((done) => setTimeout(done, 500));
  }
  check(what, false, "in time");
};

const look = async (browser, name, options, key, pages) => {
  const context = await opened(browser, { ...options, bypassCSP: true });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await signIn(page, key);
  for (const [title, path] of Object.entries(pages)) {
    const response = await page.goto(CONSOLE + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: `${PICTURES}/${name}-${title}.jpg`, type: "jpeg", quality: 78, fullPage: true });
    await page.evaluate(axe);
    const found = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
    const trouble = found.violations.map((one) => one.id + ": " + one.nodes[0].html.slice(0, 120));
    if (response.status() !== 200) trouble.push("status " + response.status());
    if (wide > 0) trouble.push("wider than the window by " + wide);
    check(`${name} ${title}`, trouble.length === 0 && errors.length === 0, trouble.concat(errors).join("; "));
  }
  await context.close();
};

(async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const key = await flows(await (await opened(browser)).newPage());
  await administration(await (await opened(browser)).newPage());
  const own = { usage: "/", start: "/start", calls: "/calls", call: aCall, budget: "/budget", refusal, keys: "/keys", key: aKey, "provider-keys": "/provider-keys", models: "/models", try: "/try" };
  const admin = { books: "/admin", system: "/admin/system", people: "/admin/users", budgets: "/admin/budgets", alerts: "/admin/alerts", webhooks: "/admin/webhooks", webhook: hook, prices: "/admin/prices", rerate: job, audit: "/admin/audit" };
  const desktop = { viewport: { width: 1200, height: 800 } };
  for (const [name, options] of [["light", desktop], ["dark", { ...desktop, colorScheme: "dark" }], ["phone", { viewport: { width: 390, height: 800 } }]]) {
    await look(browser, name, options, key, own);
    await look(browser, name, options, ADMIN, admin);
  }
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})();
