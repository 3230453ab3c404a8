// A small harness around playwright-core: named tests, one browser, a fresh context for each, and
// guards that every test has: no console error, no request to another origin, no violation of the
// content security policy. BASE_URL runs the tests against a real server; those that need to steer
// what happens are then left out.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { startMock } from "../../mock/server.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

const tests = [];

// options: mock (needs the mock server), scenario, viewport, theme, console (RegExp of messages
// that belong to the test)
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

class Tools {
  constructor(baseUrl, context, page) {
    Object.assign(this, { baseUrl, context, page });
  }

  async open(path, page = this.page) {
    await page.goto(this.baseUrl + path);
    await page.locator("h1").first().waitFor();
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

  async axe(page = this.page) {
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { violations } = await window.axe.run(document, {
        resultTypes: ["violations"],
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      });
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
      );
    });
    if (found.length > 0) throw new Error(`axe: ${found.join("\n")}`);
  }

  async fitsWidth() {
    const { need, have } = await this.page.evaluate(() => ({
      need: document.documentElement.scrollWidth,
      have: document.documentElement.clientWidth,
    }));
    if (need > have) throw new Error(`the page is ${need} px wide in a window of ${have} px`);
  }
}

export async function until(what, condition, ms = 8000) {
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

async function runOne(browser, baseUrl, { options, run }) {
  const guard = new Guard(baseUrl, options.console);
  const context = await browser.newContext({
    viewport: options.viewport ?? DESKTOP,
    colorScheme: options.theme ?? "light",
    timezoneId: "Europe/Berlin",
    permissions: ["clipboard-read", "clipboard-write"],
    baseURL: baseUrl,
  });
  context.setDefaultTimeout(8000);
  try {
    await guard.watch(context);
    const tools = new Tools(baseUrl, context, await context.newPage());
    await run(tools);
  } finally {
    await context.close();
  }
  if (guard.problems.length > 0) throw new Error(guard.problems.join("\n"));
}

// Prints one line per failure and the closing line; the number of failures is returned.
export async function runAll(only) {
  const started = Date.now();
  const external = process.env.BASE_URL;
  const server = external ? null : await startMock();
  const baseUrl = external ? external.replace(/\/$/, "") : server.url;
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
  let passed = 0;
  let failed = 0;
  for (const one of tests) {
    if ((external && one.options.mock) || (only && !one.name.includes(only))) continue;
    server?.mock.control("scenario", { name: "normal", ...one.options.scenario });
    try {
      await runOne(browser, baseUrl, one);
      passed += 1;
      if (process.env.VERBOSE) console.log(`ok    ${one.name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${one.name}\n      ${String(error.message).replaceAll("\n", "\n      ")}`);
    }
  }
  await browser.close();
  server?.stop();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`e2e: ${passed} passed, ${failed} failed (${seconds} s)`);
  return failed;
}
