// See times.
const { chromium } = require("playwright-core");
const { CONSOLE, KEY, ADMIN, API_KEY, CHROMIUM, RUNS } = process.env;

const signedIn = async (browser, key) => {
  const page = await (await browser.newContext({ viewport: { width: 1200, height: 800 } })).newPage();
  await page.goto(CONSOLE + "/sign-in");
  await page.fill("#apiKey", key);
  await page.click("main button[type=submit]");
  await page.waitForURL(CONSOLE + "/");
  return page;
};

// Of use: the page is drawn and each part that comes after it has come.
const timed = async (page, path) => {
  const began = performance.now();
  const response = await page.goto(CONSOLE + path, { waitUntil: "domcontentloaded" });
  const drawn = performance.now() - began;
  await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector("[hx-trigger=load]"), null, { polling: 10 });
  const first = await page.evaluate(() => performance.getEntriesByType("navigation")[0].responseStart);
  if (response.status() !== 200) throw new Error(path + " answered " + response.status());
  return { first, drawn, useful: performance.now() - began, kib: (await response.body()).length / 1024 };
};

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const look = async (page, paths) => {
  for (const path of paths) {
    const runs = [];
    for (let i = 0; i < Number(RUNS); i++) runs.push(await timed(page, path));
    const ms = (name) => Math.round(median(runs.map((run) => run[name])));
    const shown = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "…");
    console.log(`| ${shown} | ${ms("first")} | ${ms("drawn")} | ${ms("useful")} | ${Math.round(Math.max(...runs.map((run) => run.useful)))} | ${Math.round(runs[0].kib)} |`);
  }
};

(async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  console.log("| page | first byte, ms | drawn | of use, median | of use, longest | KiB |\n|---|---|---|---|---|---|");
  const own = await signedIn(browser, KEY);
  await own.goto(CONSOLE + "/calls");
  const call = new URL(await own.locator("tbody a").first().getAttribute("href"), CONSOLE).pathname;
  await look(own, ["/", "/start", "/calls", "/calls?model=gpt-4o", "/calls?status=failed", "/calls?status=interrupted", "/calls?tag=team:search",
    "/calls?tag=team:nobody", "/calls?apiKeyId=" + API_KEY, call, "/budget", "/keys", "/keys/" + API_KEY, "/provider-keys", "/models", "/try"]);
  const began = performance.now();
  const sizes = await own.evaluate(async () => {
    const answer = await fetch("/usage.csv");
    let bytes = 0;
    for (const reader = answer.body.getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) return bytes;
      bytes += value.length;
    }
  });
  console.log(`\nThe month as a file: ${Math.round(sizes / 1048576)} MiB in ${Math.round((performance.now() - began) / 1000)} s\n`);
  const admin = await signedIn(browser, ADMIN);
  await look(admin, ["/admin", "/admin?groupBy=model", "/admin?groupBy=key", "/admin?tag=team", "/admin/system", "/admin/users", "/admin/budgets",
    "/admin/alerts", "/admin/webhooks", "/admin/prices", "/admin/audit"]);
  await browser.close();
})();
