// What the pages show when things are good, new, broken or malicious.
import { DESKTOP, PHONE, same, soon, test, until } from "./harness.mjs";
import { SCREENS } from "./screens.mjs";

test("Now tells what is wrong, the most urgent first", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await soon(() => page.locator(".verdict-word").innerText(), "CRITICAL", "the verdict");
  await page.getByText("2 incidents wait for someone, 1 being worked on").waitFor();
  await page.getByText("System degraded").waitFor();
  const title = async (row) =>
    (await page.locator("[data-incident] .row-title").allInnerTexts())[row];
  await soon(() => title(0), "Payment answers slowly", "the first incident");
  await soon(() => title(2), "Disk of analytics fills", "the last open incident");
  const states = () =>
    page.locator(".card").evaluateAll((all) => all.map((one) => one.dataset.state).join());
  await soon(states, "CRITICAL,CRITICAL,WARNING,WARNING,WARNING,NORMAL,NORMAL", "services");
});

test("all is well, and Now says so", { mock: true, scenario: { name: "green" } }, async ({
  page,
}) => {
  await page.goto("/");
  await page.getByText("All 7 services are in the normal range.").waitFor();
  await page.getByText("No open incidents").waitFor();
  await page.getByText("last incident “Inventory lost its database”").waitFor();
});

test("the first page of an empty server says how to begin", {
  mock: true,
  scenario: { name: "empty" },
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page
    .getByRole("heading", { name: "Welcome to OpsBuddy - AI driven oncall support" })
    .waitFor();
  await page.getByText(`${tools.baseUrl}/api/v1/write`).waitFor();
  await page.getByText("Nothing is watched yet.").waitFor();
  await page.getByText("Nothing is watched yet: no series comes in.").waitFor();
  await page.getByText("notify: no receiver is configured: nobody is told").waitFor();
  await soon(() => page.locator(".verdict-word").innerText(), "NO DATA", "the verdict");
  await tools.axe();
});

test("where no receiver is configured no screen says that pages arrive", {
  mock: true,
  scenario: { name: "empty" },
}, async (tools) => {
  const { page } = tools;
  const said = () => page.getByText("Nobody is told of anything").first().waitFor();
  await tools.open("/");
  await said();
  for (const path of ["/on-call", "/routing"]) {
    await tools.go(path, "main .empty");
    await said();
  }
});

test("what somebody works on stands above the welcome", { mock: true }, async (tools) => {
  const { page } = tools;
  const { incidents } = await tools.api("/api/v1/incidents?view=summary&state=open");
  for (const { id } of incidents) {
    const path = `${tools.baseUrl}/api/v1/incidents/${id}/acknowledge`;
    await fetch(path, { method: "POST", body: "{}" });
  }
  await tools.open("/");
  const top = async (where) => (await page.locator(where).first().boundingBox()).y;
  await page.locator(".welcome").waitFor();
  await page.locator("[data-incident]").first().waitFor();
  await until("the order", async () => (await top("[data-incident]")) < (await top(".welcome")));
});

const LONG = "w".repeat(200);

test("a word that has no end does not make a page wider than the screen", {
  mock: true,
  viewport: PHONE,
}, async (tools) => {
  const { page } = tools;
  // Whatever is text for a person: titles, summaries, claims.
  const lengthen = (value, name) => {
    if (typeof value === "string") return /^(title|summary|text|why)$/.test(name) ? LONG : value;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((one) => lengthen(one, name));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, lengthen(one, key)]));
  };
  await page.route(/\/api\/v1\/(incidents|anomalies)/, async (route) => {
    const answer = await (await fetch(route.request().url())).json();
    await route.fulfill({ json: lengthen(answer, "") }).catch(() => {}); // the page may have gone on
  });
  const { id } = await tools.anyIncident();
  const tabs = {
    "": ".seen-row",
    why: ".why-box",
    impact: ".spread-entity",
    changes: "[data-change]",
  };
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    for (const [tab, wanted] of Object.entries(tabs)) {
      await tools.open(`/incidents/${id}/${tab}`);
      await page.locator(wanted).first().waitFor();
      await tools.fitsWidth();
    }
    await tools.open("/");
    await page.locator("[data-incident]").first().waitFor();
    await tools.fitsWidth();
  }
});

test("the welcome can be put away for good", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.getByRole("button", { name: "Put the welcome away" }).click();
  await page.reload();
  await page.locator(".verdict").waitFor();
  same(await page.locator(".welcome").count(), 0, "welcome cards");
});

test("a part that fails says so, the rest goes on, and trying again helps", {
  mock: true,
  scenario: { failing: ["/api/v1/incidents"] },
  console: /503/,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  const problem = page.getByText("Incidents could not be loaded.", { exact: true });
  await problem.waitFor();
  await soon(() => page.locator(".verdict-word").innerText(), "CRITICAL", "the verdict");
  await tools.axe();
  await tools.control("scenario", { name: "normal" });
  await page.locator("[data-incident]").first().waitFor();
});

test("nothing answers: the page says so and comes back by itself", {
  mock: true,
  scenario: { failing: ["/api"] },
  console: /503/,
}, async (tools) => {
  const { page } = tools;
  await page.goto("/");
  await page.getByText("The status could not be loaded.").waitFor();
  await page.getByText("Reconnecting").waitFor();
  await tools.control("scenario", { name: "normal" });
  await page.locator(".verdict-word").waitFor({ timeout: 20_000 });
});

test("an unknown incident is named as such", { mock: true, console: /404/ }, async ({ page }) => {
  await page.goto("/incidents/in_nothing");
  await page.getByRole("heading", { name: "There is no such incident" }).waitFor();
  await page.getByText("There is no incident of this id.").waitFor();
  await page.getByRole("link", { name: "What is wrong now" }).click();
  await page.locator(".verdict").waitFor();
});

test("an alert of another system has neither evidence nor values, and nothing asks for them", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await page.route("**/api/v1/anomalies?*", async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    for (const one of body.anomalies) {
      Object.assign(one, { kind: "alert", detector: "DiskFull", evidence_id: "", observed: null });
      Object.assign(one, {
        expected: { low: null, high: null },
        unit: null,
        summary: "The disk is full.",
      });
    }
    await route.fulfill({ response, json: body });
  });
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.getByText("What it rests on is kept by who sent it.").waitFor();
  for (const path of ["/", "/explore/anomalies"]) {
    await tools.go(path, "main .row-name");
    await page.getByText("The disk is full.").first().waitFor();
    same(await page.locator('main a[href="/e/"]').count(), 0, "ways to no evidence");
  }
  await tools.axe();
});

test("on a phone a name has the width of the page, not what others leave of it", {
  mock: true,
  viewport: PHONE,
}, async (tools) => {
  const { page } = tools;
  const wide = async (selector) => {
    await page.locator(selector).first().waitFor();
    const { width } = await page.locator(selector).first().boundingBox();
    if (width < 180) throw new Error(`${selector} is ${width} px wide`);
  };
  await tools.open("/explore/anomalies");
  await wide(".anomaly-row > .min-w-0");
  const { id } = await tools.anyIncident();
  await tools.go(`/incidents/${id}/why`, ".hypotheses");
  await wide(".hypothesis-head > h3");
  await tools.press("Control+k");
  const badge = page.locator("[cmdk-item] .badge").first();
  await badge.waitFor();
  const { x, width } = await badge.boundingBox();
  if (x + width > 360) throw new Error(`an incident's state ends at ${x + width} px`);
});

test("an unknown page is named as such", { mock: true }, async ({ page }) => {
  await page.goto("/nothing/here");
  await page.getByRole("heading", { name: "There is no such page" }).waitFor();
});

test("a server that is slow to answer is said to be", { mock: true }, async (tools) => {
  const { page } = tools;
  await page.clock.install();
  await page.route("**/api/v1/status/now", () => {});
  await tools.open("/alerts");
  await page.route("**/api/v1/changes?*", () => {});
  await tools.go("/changes", 'main [role="status"]');
  await page.clock.fastForward(11_000);
  await page.getByText("The server has not answered for 10 s.").first().waitFor();
});

test("what is awaited has a sign, whatever is still shown", { mock: true }, async (tools) => {
  const { page } = tools;
  let held = [];
  const hold = (route) => held.push(route);
  const letGo = async () => {
    await page.unroute("**/api/v1/changes?*", hold);
    for (const route of held) await route.continue().catch(() => {}); // nobody waits for some
    held = [];
  };
  const bar = page.locator(".loading-bar");
  await tools.open("/changes");
  await page.locator(".section .row").first().waitFor();
  await bar.waitFor({ state: "hidden" });
  await page.route("**/api/v1/changes?*", hold);
  await page.evaluate(() => history.pushState(null, "", "/changes?from=now-2h&to=now"));
  await bar.waitFor();
  await letGo();
  await bar.waitFor({ state: "hidden" });
  await page.route("**/assets/ledger_page*", hold);
  await page.evaluate(() => history.pushState(null, "", "/ledger"));
  await bar.waitFor();
  await letGo();
  await page.getByRole("heading", { name: "Ledger" }).waitFor();
});

test("hostile titles, labels and comments are text", {
  mock: true,
  scenario: { name: "hostile" },
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.locator("[data-incident]").first().waitFor();
  const { id } = await tools.anyIncident();
  await tools.control("comment", { id, text: "<svg onload=window.__pwned=1>" });
  await tools.open(`/incidents/${id}`);
  await page.locator(".chart canvas").waitFor();
  await page.getByText("<svg onload=window.__pwned=1>").waitFor();
  await tools.press("Control+k");
  await page.locator("[cmdk-item]").first().waitFor();
  same(await page.evaluate(() => window.__pwned), undefined, "the trap");
  same(await page.locator('img[src="x"]').count(), 0, "images from a title");
  await tools.press("Escape");
  await tools.fitsWidth();
});

test("with hundreds of incidents the page stays short until more is asked for", {
  mock: true,
  scenario: { name: "many" },
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.locator("[data-incident]").first().waitFor();
  await soon(() => page.locator("[data-incident]").count(), 50, "rows");
  await page.getByRole("button", { name: "Show more" }).click();
  await until("all rows", async () => (await page.locator("[data-incident]").count()) === 300);
});

test("a server that wants a key asks for it, refuses a wrong one and takes the right one", {
  mock: true,
  scenario: { key: "k3y" },
  console: /401/,
}, async (tools) => {
  const { page, context } = tools;
  await tools.open("/");
  await page.getByRole("heading", { name: "This server asks for an API key" }).waitFor();
  await tools.axe();
  await page.getByLabel("API key").fill("wrong");
  await tools.press("Enter");
  await page.getByText("This key is not known.").waitFor();
  await page.getByLabel("API key").fill("k3y");
  await tools.press("Enter");
  await page.locator(".verdict-word").waitFor();
  const [cookie] = await context.cookies();
  same(cookie.httpOnly, true, "the cookie is out of reach of scripts");
});

test("every screen has words for having nothing", {
  mock: true,
  scenario: { name: "empty" },
}, async (tools) => {
  await tools.open("/");
  for (const path of SCREENS) {
    await tools.go(path, "main .empty");
    await tools.axe();
  }
});

// Refused for good: what may pass is tried again first, which is a test of its own above.
test("every screen says what it could not read, and offers to try again", {
  mock: true,
  scenario: { failing: ["/api/v1/", "/api/v2/", "/api/analytics", "/metrics"], refusal: 403 },
  console: /403/,
}, async (tools) => {
  const { page } = tools;
  await page.goto("/");
  await page.locator('main [role="alert"]').first().waitFor();
  const paths = [
    "/explore/metrics?q=up",
    ...SCREENS.filter((path) => path !== "/explore/metrics" && path !== "/dashboards"),
    "/system",
  ];
  for (const path of paths) await tools.go(path, 'main [role="alert"]');
  await tools.go("/alerts", 'main [role="alert"]');
  await page.locator("main").getByRole("button", { name: "Try again" }).first().waitFor();
  await tools.axe();
});
