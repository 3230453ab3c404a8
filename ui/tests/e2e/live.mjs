// The stream: what happens elsewhere is on the page, and what the page knows of it is said.
import { same, settled, soon, test, until } from "./harness.mjs";

const liveState = (page) => page.getByTestId("live-state").innerText();
const isLive = (page) => until("Live", async () => (await liveState(page)) === "Live");

test("a new incident appears by itself and is announced", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await isLive(page);
  await tools.control("incident", { title: "Logins fail" });
  await page.locator("[data-incident] .row-title").filter({ hasText: "Logins fail" }).waitFor();
  await page.getByRole("alert").filter({ hasText: "New critical incident: Logins fail" }).waitFor({
    state: "attached",
  });
  await until("the title counts", async () => (await page.title()) === "(3) Now · Vedette");
  await page.getByText("user: login_failures_per_second").waitFor();
});

test("rows do not move under the focus: new ones wait behind a pill", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await isLive(page);
  await page.locator("[data-incident]").first().waitFor();
  await tools.press("j");
  await tools.control("incident", { title: "Logins fail" });
  const pill = page.getByRole("button", { name: "1 new" }).first();
  await pill.waitFor();
  same(await page.locator(".row-title").first().innerText(), "Payment answers slowly", "first row");
  await pill.click();
  await until("let in", async () => {
    return (await page.locator(".row-title").first().innerText()) === "Logins fail";
  });
});

test("a row added elsewhere is on the open incident", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await isLive(page);
  await tools.control("comment", { id, text: "I look at the database" });
  await page.locator(".spine-row").filter({ hasText: "I look at the database" }).waitFor();
});

test("what somebody reads of an incident stays, however many worse anomalies join", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await isLive(page);
  const read = page.locator(".disclose", { hasText: "api-gateway: http_requests_5xx_ratio" });
  await read.click();
  await tools.control("anomalies", { id, count: 12 });
  await page.locator(".disclose", { hasText: "user: late_0" }).waitFor();
  await page.getByRole("button", { name: /^Show \d+ more$/ }).waitFor();
  same(await read.getAttribute("aria-expanded"), "true", "the row that is read");
});

test("pausing holds everything back and counts it", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await isLive(page);
  await tools.press(".");
  await soon(() => liveState(page), "Paused", "the state");
  await tools.control("incident", { title: "Logins fail" });
  await until("counted", async () => (await liveState(page)) === "Paused, 2 new");
  same(await page.getByText("Logins fail").count(), 0, "rows of the new incident");
  await tools.press(".");
  await page.locator(".row-title").filter({ hasText: "Logins fail" }).first().waitFor();
  await isLive(page);
});

test("after a cut the stream resumes where it was", {
  mock: true,
  console: /ERR_|Failed to load/,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await isLive(page);
  // So that there is an id to resume from.
  await tools.control("incident", { title: "Before the cut" });
  await page.locator(".row-title").filter({ hasText: "Before the cut" }).first().waitFor();
  let loads = 0;
  page.on("request", (request) => {
    if (request.url().includes("/api/v1/incidents")) loads += 1;
  });
  // It is shown for a moment only: looked for in each frame.
  const lost = page.waitForFunction(
    () => document.querySelector('[data-testid="live-state"]').innerText === "Reconnecting",
  );
  await tools.control("disconnect");
  await lost;
  await tools.control("incident", { title: "During the cut" });
  await page.locator(".row-title").filter({ hasText: "During the cut" }).first().waitFor();
  await isLive(page);
  same(loads, 0, "lists loaded again");
});

test("silence for more than 30 s is shown", { mock: true }, async (tools) => {
  const { page } = tools;
  await page.clock.install();
  await tools.open("/");
  await isLive(page);
  await tools.control("mute");
  // After 35 s it would connect anew: the clock stands until the words were seen.
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 30_500);
  await until("old", async () => /^Data 3\d s old$/.test(await liveState(page)));
  await page.clock.resume();
  await tools.axe();
});

test("many tabs share one stream, and the next takes over", { mock: true }, async (tools) => {
  const { context, page } = tools;
  await tools.open("/");
  await isLive(page);
  const others = [await context.newPage(), await context.newPage()];
  for (const other of others) {
    await tools.open("/", other);
    await isLive(other);
  }
  await soon(async () => (await tools.control("streams")).streams, 1, "streams");
  await tools.control("incident", { title: "Seen in all tabs" });
  await others[1].bringToFront();
  await others[1].locator(".row-title").filter({ hasText: "Seen in all tabs" }).first().waitFor();
  await page.close();
  await until("one stream again", async () => (await tools.control("streams")).streams === 1);
  await tools.control("incident", { title: "Seen after the change" });
  await others[1]
    .locator(".row-title")
    .filter({ hasText: "Seen after the change" })
    .first()
    .waitFor();
});

test("an answer that was written before a change does not undo it on the page", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await isLive(page);
  await page.locator("[data-incident]").first().waitFor();
  let asked;
  let release;
  const wasAsked = new Promise((done) => {
    asked = done;
  });
  const held = new Promise((done) => {
    release = done;
  });
  await page.route("**/api/v1/incidents?*", async (route) => {
    const response = await route.fetch();
    asked();
    await held;
    await route.fulfill({ response });
  });
  await tools.control("resync");
  await wasAsked;
  await tools.control("burst", { count: 1 });
  await page.getByText("Burst 1").first().waitFor();
  const answered = page.waitForResponse("**/api/v1/incidents?*");
  release();
  await (await answered).finished();
  await settled(page);
  await page.getByText("Burst 1").first().waitFor();
});

test("thousands of patches are drawn together, not one by one", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await isLive(page);
  await page.locator("[data-incident]").first().waitFor();
  await page.evaluate(() => {
    window.__drawn = 0;
    new MutationObserver(() => {
      window.__drawn += 1;
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  for (let round = 0; round < 10; round += 1) await tools.control("burst", { count: 300 });
  await page.getByText("Burst 300").first().waitFor();
  const drawn = await page.evaluate(() => window.__drawn);
  if (drawn > 300) throw new Error(`drawn ${drawn} times for 3,000 patches`);
});
