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

const signIn = async (page, key) => {
  await page.goto(CONSOLE + "/sign-in");
  await page.fill("#apiKey", key);
  await page.click("main button[type=submit]");
  await page.waitForURL(CONSOLE + "/");
};

const text = async (page, selector) => (await page.locator(selector).first().innerText({ timeout: 30_000 })).trim();

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
  await page.waitForSelector(".light.on", { timeout: 60_000 });
  check("the light turns green with the cost", (await text(page, ".light.on")).includes("$0."));

  await page.click(".light.on a");
  check("a call's page adds up", (await text(page, "tfoot")).includes(await text(page, ".spent strong")));

  await page.goto(CONSOLE + "/try");
  await page.fill("#model", "openai:gpt-4o-mini");
  await page.fill("#text", "Say hello");
  await page.click("#try button");
  await page.waitForSelector(".said.it a", { timeout: 60_000 });
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
  await page.click("text=build server");
  await page.fill("#dollars", "2");
  await page.selectOption("#period", "day");
  await page.click("form[action$='/budget'] button");
  check("a key gets its own limit", (await text(page, "main")).includes("$2.00 per day"), (await text(page, "main")).slice(0, 300));
  await page.click("form[action$='/rotate'] button");
  check("a key is rotated", (await text(page, ".secret")).startsWith("tg_dev_"));

  await page.goto(CONSOLE + "/provider-keys");
  await page.fill("#key-openai", "sk-sim-mine-0123456789abcdef");
  await page.click("section:has(#key-openai) button >> nth=0");
  check("a provider key is saved and verified", (await text(page, ".notice.good")).includes("in use"));

  await page.goto(CONSOLE + "/models");
  await page.fill("#preferredModel", "openai:gpt-4o-mini");
  await page.click("form[action='/models'] button");
  check("a preferred model is kept", (await text(page, ".models-page")).includes("goes to your preferred one"));
  return key;
};

const look = async (browser, name, options, key, pages) => {
  const context = await browser.newContext({ ...options, bypassCSP: true });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await signIn(page, key);
  for (const path of pages) {
    const response = await page.goto(CONSOLE + path);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    await page.screenshot({ path: `${PICTURES}/${name}${path.replace(/[/?=]/g, "-").replace(/-$/, "-usage")}.png`, fullPage: true });
    await page.evaluate(axe);
    const found = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
    const trouble = found.violations.map((one) => one.id + ": " + one.nodes[0].html.slice(0, 120));
    if (response.status() !== 200) trouble.push("status " + response.status());
    if (wide > 0) trouble.push("wider than the window by " + wide);
    check(`${name} ${path}`, trouble.length === 0 && errors.length === 0, trouble.concat(errors).join("; "));
  }
  await context.close();
};

(async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const page = await (await browser.newContext()).newPage();
  const key = await flows(page);
  const own = ["/", "/start", "/calls", "/budget", "/keys", "/provider-keys", "/models", "/try"];
  const admin = ["/admin", "/admin/users", "/admin/budgets", "/admin/alerts", "/admin/webhooks", "/admin/prices", "/admin/audit"];
  const desktop = { viewport: { width: 1200, height: 800 } };
  for (const [name, options] of [["light", desktop], ["dark", { ...desktop, colorScheme: "dark" }], ["phone", { viewport: { width: 390, height: 800 } }]]) {
    await look(browser, name, options, key, own);
    await look(browser, name, options, ADMIN, admin);
  }
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
})();
