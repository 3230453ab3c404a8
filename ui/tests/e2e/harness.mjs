// A small harness around playwright-core: named tests, one browser, a fresh context for each, and
// guards that every test has: no console error, no request to another origin, no violation of the
// content security policy. BASE_URL runs the tests against a real server; those that need to steer
// what happens are then left out.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startMock } from "../../mock/server.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-gpu-compositing",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Two processors are shared with all other tests: helper threads and processes would only add up.
  "--js-flags=--single-threaded",
  "--renderer-process-limit=1",
  "--in-process-gpu",
];
// Where the pages of failed tests are drawn.
const PICTURES = fileURLToPath(new URL("../../../build/pictures/", import.meta.url));
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const AXE_COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
// How long something may take that must happen: far longer than it takes on a busy machine.
const PATIENCE_MS = 30_000;
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

const tests = [];

// options: mock (needs the mock server), alone (measures, or uses the clipboard, which all pages
// share), scenario, viewport, theme, console (RegExp of messages that belong to the test)
export function test(name, options, run) {
  tests.push({ name, options, run });
}

class Guard {
  problems = [];

  constructor(baseUrl, allowed) {
    this.origin = new URL(baseUrl).origin;
    this.allowed = allowed;
  }

  async watch(context) {
    await context.exposeFunction("__cspViolation", (text) => this.problems.push(`CSP: ${text}`));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        window.__cspViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.origin !== this.origin && !["data:", "blob:"].includes(url.protocol)) {
        this.problems.push(`request to ${request.url()}`);
      }
    });
    context.on("page", (page) => {
      page.on("pageerror", (error) => this.problems.push(`page error: ${error.message}`));
      page.on("console", (message) => {
        if (!["error", "warning"].includes(message.type())) return;
        if (!this.allowed?.test(message.text())) this.problems.push(`console: ${message.text()}`);
      });
    });
  }
}

// Until the page has drawn what it knows and has nothing left to do. Keys are listened to by effects,
// which run behind the frame that shows what they belong to.
export const settled = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        const idle = () => requestIdleCallback(done, { timeout: 2000 });
        requestAnimationFrame(() => requestAnimationFrame(idle));
      }),
  );

class Tools {
  constructor(baseUrl, context, page) {
    Object.assign(this, { baseUrl, context, page });
  }

  async open(path, page = this.page) {
    await page.goto(this.baseUrl + path);
    await page.locator("h1").first().waitFor();
    await settled(page);
  }

  async press(key) {
    await settled(this.page);
    await this.page.keyboard.press(key);
  }

  async type(text) {
    await settled(this.page);
    await this.page.keyboard.type(text);
  }

  // A sequence such as "g l", at once: there is a limit to the time between its keys.
  async sequence(...keys) {
    await settled(this.page);
    await Promise.all(keys.map((key) => this.page.keyboard.press(key)));
  }

  // To another screen without loading the page anew, until it has something that fits `wanted`.
  async go(path, wanted) {
    await this.page.evaluate(
      ([to, selector]) => {
        for (const one of document.querySelectorAll(selector)) one.dataset.seen = "before";
        history.pushState(null, "", to);
      },
      [path, wanted],
    );
    await this.page.locator(`:is(${wanted}):not([data-seen])`).first().waitFor();
  }

  async control(name, body = {}) {
    const response = await fetch(`${this.baseUrl}/mock/${name}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    return response.json();
  }

  async api(path) {
    return (await fetch(this.baseUrl + path)).json();
  }

  // The first incident, whatever its state; waits for the simulator when there is none yet.
  async anyIncident() {
    for (let tries = 0; tries < 120; tries += 1) {
      const { incidents } = await this.api("/api/v1/incidents?view=summary&limit=1");
      if (incidents.length > 0) return incidents[0];
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    throw new Error("no incident within two minutes");
  }

  async setTheme(theme) {
    await this.page.evaluate((value) => {
      document.documentElement.dataset.theme = value;
    }, theme);
  }

  // `within`: a selector, for what lies above a page that was looked at before. `rules`: all that
  // are of use, or those that depend on colours, for a page that another theme was looked at in.
  async axe(within = "html", rules = AXE_TAGS) {
    const { page } = this;
    if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
    // A target half below what stays at the top is not a small one.
    await page.evaluate(() => window.scrollTo(0, 0));
    const found = await page.evaluate(
      async ([selector, runOnly]) => {
        const { violations } = await window.axe.run(selector, {
          resultTypes: ["violations"],
          runOnly,
        });
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
        );
      },
      [within, rules],
    );
    if (found.length > 0) throw new Error(`axe: ${found.join("\n")}`);
  }

  // All of it in the light theme; in the dark one what can differ.
  async axeInBothThemes(within = "html") {
    await this.setTheme("light");
    await this.axe(within);
    await this.setTheme("dark");
    await this.axe(within, AXE_COLOURS);
    await this.setTheme("light");
  }

  async fitsWidth() {
    const wider = () =>
      this.page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return scrollWidth > clientWidth
          ? `${scrollWidth} px in a window of ${clientWidth} px`
          : "";
      });
    await soon(wider, "", "the page's width");
  }
}

export async function until(what, condition, ms = PATIENCE_MS) {
  const end = Date.now() + ms;
  for (;;) {
    if (await condition()) return;
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

export function same(have, want, what = "value") {
  if (have !== want)
    throw new Error(`${what} is ${JSON.stringify(have)}, not ${JSON.stringify(want)}`);
}

// What `read` tells becomes `want`, at the latest when patience ends.
export async function soon(read, want, what = "value") {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const have = await read();
    if (have === want || Date.now() > end) return same(have, want, what);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

// Throws the error again, with where the page was and a picture of it.
async function shown(error, page, name) {
  const path = `${PICTURES}${name.replaceAll(/\W+/g, "-")}.png`;
  const picture = await page.screenshot({ path, timeout: 5000 }).then(
    () => path,
    (cause) => `no picture: ${cause.message}`,
  );
  throw new Error(`${error.message}\nat ${page.url()}\n${picture}`, { cause: error });
}

async function runOne(browser, baseUrl, { name, options, run }) {
  const guard = new Guard(baseUrl, options.console);
  const context = await browser.newContext({
    viewport: options.viewport ?? DESKTOP,
    colorScheme: options.theme ?? "light",
    reducedMotion: "reduce", // what moves is drawn all the time
    timezoneId: "Europe/Berlin",
    permissions: ["clipboard-read", "clipboard-write"],
    baseURL: baseUrl,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  try {
    await guard.watch(context);
    const tools = new Tools(baseUrl, context, await context.newPage());
    await run(tools).catch((error) => shown(error, tools.page, name));
  } finally {
    await context.close();
  }
  if (guard.problems.length > 0) throw new Error(guard.problems.join("\n"));
}

// Takes tests off the queue until it is empty. Each worker has a mock server of its own.
async function work(browser, queue, counts) {
  const external = process.env.BASE_URL;
  const server = external ? null : await startMock();
  const baseUrl = external ? external.replace(/\/$/, "") : server.url;
  for (let one = queue.shift(); one; one = queue.shift()) {
    server?.mock.control("scenario", { name: "normal", ...one.options.scenario });
    const began = Date.now();
    try {
      await runOne(browser, baseUrl, one);
      counts.passed += 1;
      if (process.env.VERBOSE) console.log(`ok    ${one.name} (${Date.now() - began} ms)`);
    } catch (error) {
      counts.failed += 1;
      console.log(`FAIL  ${one.name}\n      ${String(error.message).replaceAll("\n", "\n      ")}`);
    }
  }
  server?.stop();
}

// Prints one line per failure and the closing line; the number of failures is returned.
export async function runAll(only) {
  const started = Date.now();
  const external = process.env.BASE_URL;
  const wanted = tests.filter(
    ({ name, options }) => !(external && options.mock) && (!only || name.includes(only)),
  );
  const together = external ? [] : wanted.filter(({ options }) => !options.alone);
  const alone = wanted.filter((one) => !together.includes(one));
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium-headless-shell",
    args: FLAGS,
  });
  const counts = { passed: 0, failed: 0 };
  await Promise.all([work(browser, together, counts), work(browser, together, counts)]);
  await work(browser, alone, counts);
  await browser.close();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`e2e: ${counts.passed} passed, ${counts.failed} failed (${seconds} s)`);
  return counts.failed;
}
