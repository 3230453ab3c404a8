// Addresses, time ranges, palette, settings.
import { same, settled, soon, test, until } from "./harness.mjs";

const rangeButton = (page) => page.getByRole("button", { name: /^Time range/ });

test("the range is in the address, and the address is the range", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/?from=now-6h&to=now");
  await rangeButton(page).getByText("Last 6 hours").waitFor();
  await rangeButton(page).click();
  await page.getByRole("button", { name: "Last 15 minutes" }).click();
  await page.waitForURL(/from=now-15m&to=now/);
  await page.goBack();
  await page.waitForURL(/from=now-6h/);
  await page.goto("/?from=lunch&to=dinner");
  await rangeButton(page).getByText("Last hour").waitFor();
});

test("a range is typed in, and a wrong one is refused", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await rangeButton(page).click();
  await page.getByLabel("From").fill("now-90m");
  await page.getByLabel("To", { exact: true }).fill("now-2h");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.getByRole("alert").filter({ hasText: "Not a range" }).waitFor();
  await page.getByLabel("To", { exact: true }).fill("now");
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/from=now-90m/);
});

test("y copies a link that means the same tomorrow", { alone: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/?from=now-6h&to=now");
  await rangeButton(page).waitFor();
  await tools.press("y");
  await page.getByText("Link copied").waitFor();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  const [from, to] = ["from", "to"].map((name) => Date.parse(link.searchParams.get(name)));
  same(to - from, 6 * 3_600_000, "the span");
});

test("t shifts, zooms, copies and pastes the range", { mock: true, alone: true }, async (tools) => {
  const { page } = tools;
  const from = "2026-11-21T10:00:00.000Z";
  const to = "2026-11-21T12:00:00.000Z";
  const current = () => new URL(page.url()).searchParams.get("from");
  const press = (...keys) => tools.sequence(...keys);
  await tools.open(`/?from=${from}&to=${to}`);
  await rangeButton(page).waitFor();
  await press("t", "ArrowLeft");
  await until("earlier", () => current() === "2026-11-21T09:00:00.000Z");
  await press("t", "ArrowRight");
  await until("later", () => current() === from);
  await press("t", "-");
  await until("longer", () => current() === "2026-11-21T09:00:00.000Z");
  await press("t", "c");
  await page.getByText("Time range copied").waitFor();
  await press("t", "+");
  await until("shorter", () => current() === from);
  await press("t", "v");
  await until("pasted", () => current() === "2026-11-21T09:00:00.000Z");
});

test("the palette finds incidents and runs actions", {}, async (tools) => {
  const { page } = tools;
  const { id, title } = await tools.anyIncident();
  await tools.open("/");
  await tools.press("Control+k");
  await page.getByPlaceholder(/Search incidents/).fill(id);
  await page.locator("[cmdk-item]").filter({ hasText: title }).first().waitFor();
  await until("one and the logs", async () => (await page.locator("[cmdk-item]").count()) === 2);
  await tools.press("Enter");
  await page.waitForURL(`**/incidents/${id}`);
  await tools.press("Control+k");
  await page.getByPlaceholder(/Search incidents/).fill("theme: dark");
  await page.getByRole("option", { name: "Theme: dark", exact: true }).waitFor();
  // What the server finds comes later, and moves the list.
  await until("one and the logs", async () => (await page.locator("[cmdk-item]").count()) === 2);
  await page.getByRole("option", { name: "Theme: dark", exact: true }).click();
  await until("dark", () => page.evaluate(() => document.documentElement.dataset.theme === "dark"));
});

test("the palette finds a service, and the incident that it is in", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/alerts");
  await tools.press("Control+k");
  await page.getByPlaceholder(/Search incidents/).fill("analytics");
  await page.locator("[cmdk-item]").filter({ hasText: "Disk of analytics fills" }).waitFor();
  await page
    .locator("[cmdk-group]")
    .filter({ hasText: "Services" })
    .getByText("analytics", { exact: true })
    .click();
  await page.waitForURL(/\/map\?.*focus=analytics/);
});

test("the palette finds people, rules and changes, and leads on to log lines", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  const search = async (text, found) => {
    await tools.press("Control+k");
    await page.getByPlaceholder(/Search incidents/).fill(text);
    const item = page.locator("[cmdk-item]").filter({ hasText: found }).first();
    await item.waitFor();
    await item.click();
  };
  await search("highlat", "HighLatency");
  await page.waitForURL(/\/rules\?q=HighLatency/);
  await search("lind", "Dora Lind");
  await page.waitForURL(/\/routing\?view=people/);
  await search("who is on call", "On-call");
  await page.waitForURL(/\/on-call/);
  await search("connection_pool", "database_connection_pool");
  await page.waitForURL(/\/changes\?.*q=connection_pool/);
  await search("order v2.4", "order v2.4.2");
  await page.waitForURL(/\/releases\/rel_0*2$/);
  await search("pool is full", "Search log lines");
  await page.waitForURL(/\/explore\/logs\?.*q=/);
  await page.locator(".log-line, .empty").first().waitFor();
});

test("settings stay, and are there before the first paint", {}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByText("Dark", { exact: true }).click();
  await page.getByText("Compact", { exact: true }).click();
  await page.reload();
  await page.locator("h1").first().waitFor();
  const data = await page.evaluate(() => ({ ...document.documentElement.dataset }));
  same(`${data.theme} ${data.density}`, "dark compact", "the settings");
});

test("a title that tells a time tells it in the page's zone, wherever it is shown", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const now = new Date().toISOString().slice(11, 16);
  const title = `Logins fail since ${now} UTC`;
  const { id } = await tools.control("incident", { title });
  await tools.open("/settings");
  await page.getByText("Local", { exact: true }).first().click();
  const without = async (path, wanted) => {
    await tools.open(path);
    await page.getByText(wanted).first().waitFor();
    const html = await page.evaluate(() => document.title + document.body.outerHTML);
    same(html.includes(`since ${now} UTC`), false, `UTC beside local time on ${path}`);
  };
  const local = /Logins fail since \d\d:\d\d(?! UTC)/;
  await without("/", local);
  for (const path of ["", "/why", "/tell"]) await without(`/incidents/${id}${path}`, local);
  await without("/ledger", "Letters");
  await without(`/incidents/${id}`, local);
  await tools.press("r");
  await page.getByRole("dialog").getByText(local).waitFor();
  await tools.press("Enter");
  await page.locator(".toast").getByText(local).waitFor();
  await without("/", "Logins fail");
});

test("the zone switch changes every time on the page", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  const time = page.locator(".spine-row time").first();
  await time.waitFor();
  const utc = await time.innerText();
  await page.getByRole("button", { name: /^Times in UTC/ }).click();
  await until("local time", async () => (await time.innerText()) !== utc);
  const title = await time.getAttribute("title");
  if (!title?.includes("UTC") || !title.includes("local")) throw new Error(`tooltip: ${title}`);
});

test("single keys can be turned off", { mock: true }, async (tools) => {
  const { page } = tools;
  const liveState = () => page.getByTestId("live-state").innerText();
  await tools.open("/");
  await soon(liveState, "Live", "the state");
  await tools.press("?");
  await page.getByLabel("Single-key shortcuts are on").uncheck();
  await tools.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await tools.press(".");
  await settled(page);
  same(await liveState(), "Live", "the state");
  await tools.press("Control+k");
  await page.getByPlaceholder(/Search incidents/).waitFor();
});

test("evidence is asked again and has the same numbers", { mock: true }, async (tools) => {
  const { page } = tools;
  const { anomalies } = await tools.api("/api/v1/anomalies?limit=1");
  await tools.open(`/e/${anomalies[0].evidence_id}`);
  await page.getByRole("button", { name: "Ask the same question again" }).click();
  await page.getByText(/all \d+ points are the same/).waitFor();
});

test("what is typed while a dialog is on its way does not act on the page", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await page.route("**/assets/palette-*.js", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    await route.continue();
  });
  await tools.open(`/incidents/${id}`);
  await tools.press("Control+k");
  await tools.press("e");
  await page.getByPlaceholder(/Search incidents/).waitFor();
  same((await tools.api(`/api/v1/incidents/${id}`)).state, "open", "the state");
  await tools.press("Escape");
  await page.getByPlaceholder(/Search incidents/).waitFor({ state: "detached" });
  await tools.press("e");
  await page.locator('.incident-head .badge[data-state="acknowledged"]').waitFor();
});
