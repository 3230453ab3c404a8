// Explore: queries and charts, log lines, traces; by pointer and by keys.
import { PHONE, same, soon, test, until } from "./harness.mjs";

const query = (page) => page.getByRole("textbox", { name: "Query A (PromQL)" });

test("a metric is found, charted and listed", {}, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/metrics");
  await page.getByLabel("Find by a part of the name").fill("requests_total");
  await page.getByRole("button", { name: /^http_requests_total/ }).click();
  await page.waitForURL(/q=sum/);
  await page.locator(".chart canvas").waitFor();
  const rows = page.locator(".legend tbody tr");
  await rows.first().waitFor();
  const all = await rows.count();
  await rows.first().getByRole("button").click();
  await soon(
    () => page.locator('.legend tr[data-off="true"]').count(),
    all - 1,
    "lines taken away",
  );
  await page.getByText("Values as a table").click();
  await soon(() => page.locator(".scroll-box thead th").count(), 2, "columns: time and one series");
});

test("names, labels and values are completed by keys", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/metrics");
  await tools.press("/");
  await tools.type("http_requ");
  await page.getByRole("option", { name: /^http_requests_total/ }).waitFor();
  await tools.press("ArrowDown");
  await tools.press("ArrowDown");
  await tools.press("ArrowDown");
  await tools.press("Tab");
  await soon(() => query(page).inputValue(), "http_requests_total", "the query");
  await tools.type("{ser");
  await page.getByRole("option", { name: /^service/ }).waitFor();
  await tools.press("ArrowDown");
  await tools.press("Enter");
  await tools.type("pay");
  await page.getByRole("option", { name: /^payment/ }).waitFor();
  await tools.press("ArrowDown");
  await tools.press("Enter");
  await tools.type("}");
  await soon(() => query(page).inputValue(), 'http_requests_total{service="payment"}', "the query");
  await tools.axe();
  await tools.press("Enter");
  await page.waitForURL(/q=http_requests_total/);
});

test("several queries share a chart, and another week is beside them", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/metrics?q=up&q2=process_cpu_usage");
  await page.getByRole("cell").first().waitFor();
  await soon(() => page.locator(".legend tbody tr").count(), 8, "series");
  await page.getByLabel("Compare with").selectOption("7");
  await page.waitForURL(/cmp=-7d/);
  await page.getByRole("columnheader", { name: "Change" }).waitFor();
  await page.getByText("3 changes in this range").waitFor();
  await page.getByRole("button", { name: "Remove query A" }).click();
  await until("one is left", () => !new URL(page.url()).searchParams.has("q2"));
  same(new URL(page.url()).searchParams.get("q"), "process_cpu_usage", "the query");
});

test("drawing over a part of a chart shows that part", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/metrics?q=up");
  const over = page.locator(".chart .u-over");
  await over.waitFor();
  await page.locator(".legend tbody tr").first().waitFor();
  const box = await over.boundingBox();
  // The chart takes the pointer in once a frame.
  const frame = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  const move = async (part) => {
    await page.mouse.move(box.x + box.width * part, box.y + 50);
    await frame();
    await frame();
  };
  await move(0.2);
  await move(0.25);
  await page.mouse.down();
  for (const part of [0.3, 0.4, 0.5]) await move(part);
  await page.mouse.up();
  await page.waitForURL(/from=.*&to=/);
  const search = new URL(page.url()).searchParams;
  const minutes = (Date.parse(search.get("to")) - Date.parse(search.get("from"))) / 60_000;
  if (minutes < 13 || minutes > 17) throw new Error(`${minutes} minutes are shown`);
});

test("a wrong query is told beside the query", { mock: true, console: /400/ }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/metrics?q=up%20up");
  await page.getByRole("alert").filter({ hasText: "unexpected end of input" }).waitFor();
  await tools.axe();
});

test("a query that is not finished is not asked", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/metrics?q=rate(http_req");
  await page.getByText("The query is not finished: ( is open.").waitFor();
  await tools.axe();
  await tools.open("/dashboards?id=new");
  await page.locator(".panel-cell").getByText("Write a query.").waitFor();
});

test("log lines open to their fields, and a field narrows the query", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/logs");
  const lines = page.locator(".log-line");
  await lines.first().waitFor();
  const drawn = await lines.count();
  if (drawn > 60) throw new Error(`${drawn} rows are in the document`);
  await page.getByRole("combobox", { name: "Level" }).selectOption("error");
  await until("errors only", async () => (await lines.first().innerText()).includes("refused"));
  await lines.first().click();
  await page.getByRole("button", { name: "Only lines where status is 504" }).click();
  await page.waitForURL(/status%3D504/);
  await tools.axe();
});

test("lines are read on and on, and few are in the document", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/logs?from=now-24h&to=now");
  const older = page.getByRole("button", { name: "Older lines" });
  for (let pages = 0; pages < 4; pages += 1) {
    await older.click();
    await until("more lines", async () =>
      (await page.locator(".section-head .count").last().innerText()).includes(
        `${200 + pages * 100}`,
      ),
    );
  }
  const drawn = await page.locator(".log-line").count();
  if (drawn > 60) throw new Error(`${drawn} rows are in the document`);
});

test("a live tail shows lines as they come, and holds still under the pointer", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/logs");
  await page.getByRole("button", { name: "Live tail" }).click();
  await page.getByText("Following").waitFor();
  await tools.control("line", { message: "fresh one" });
  await page.locator(".log-line").filter({ hasText: "fresh one" }).waitFor();
  await page.locator(".log-line").first().hover();
  await tools.control("line", { message: "fresh two" });
  await page.getByRole("button", { name: "1 new" }).click();
  await page.locator(".log-line").filter({ hasText: "fresh two" }).waitFor();
});

test("a query that counts is a chart and totals", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/logs?q=*+|+count+by+(service)");
  await page.getByRole("heading", { name: "Counted" }).waitFor();
  await page.locator(".chart canvas").waitFor();
  const tail = page.getByRole("button", { name: "Live tail" });
  await soon(() => tail.isDisabled(), true, "no tail of counts");
});

test("patterns lead to their lines", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/logs?view=patterns");
  await page.getByText("new", { exact: true }).waitFor();
  await page.getByRole("button", { name: /payments-db refused/ }).click();
  await page.waitForURL(/pattern%3D/);
});

test("a trace is found, read and folded by keys", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/traces");
  await page.getByRole("button", { name: "Failed only" }).click();
  await until("failed ones", async () => (await page.locator("li[data-row]").count()) === 4);
  await page.locator("main").focus();
  await tools.press("j");
  await tools.press("Enter");
  await page.getByRole("heading", { name: "Waterfall" }).waitFor();
  await soon(() => page.locator(".span").count(), 4, "spans");
  await page.getByRole("button", { name: "Fold what place order called" }).click();
  await soon(() => page.locator(".span").count(), 2, "spans that are left");
  await page.getByRole("button", { name: /GET checkout failed/ }).click();
  await page.getByText("k8s.pod.name").waitFor();
});

test("an anomaly leads to its evidence and its incident", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/anomalies?state=open&severity=critical");
  const row = page.locator("li[data-row]").first();
  await row.getByRole("link", { name: "Payment answers slowly" }).waitFor();
  await row.locator("svg polyline").waitFor();
  await row.getByRole("link").first().click();
  await page.waitForURL(/\/e\/ev_/);
});

test("hostile names, lines and spans are text", {
  mock: true,
  scenario: { name: "hostile" },
}, async (tools) => {
  const { page } = tools;
  for (const path of [
    "metrics?q=up",
    "logs",
    "logs?view=patterns",
    "events",
    "anomalies",
    "traces",
  ]) {
    await tools.open(`/explore/${path}`);
    const shown = page.locator(".row-title, .row p, .log-message, .legend-name");
    await shown.filter({ hasText: "<img src=x" }).first().waitFor();
    same(await page.evaluate(() => window.__pwned), undefined, path);
  }
});

test("the palette and the keys reach every screen", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  for (const [key, path] of [
    ["x", "/explore/metrics"],
    ["l", "/explore/logs"],
    ["v", "/explore/events"],
    ["y", "/explore/anomalies"],
    ["t", "/explore/traces"],
    ["c", "/changes"],
    ["r", "/rules"],
    ["p", "/ledger"],
    ["s", "/system"],
    [",", "/settings"],
    ["w", "/welcome"],
    ["d", "/docs"],
  ]) {
    await tools.sequence("g", key);
    await page.waitForURL(`**${path}*`);
  }
  await tools.press("Control+k");
  await page.getByPlaceholder(/Search incidents/).fill("requests_to");
  await page.locator("[cmdk-item]").filter({ hasText: "http_requests_total" }).click();
  await page.waitForURL(/explore\/metrics\?.*q=http_requests_total/);
});

test("on a phone the rarer screens are one tap behind More", {
  mock: true,
  viewport: PHONE,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.getByRole("button", { name: "More" }).click();
  await page.locator("[cmdk-item]").filter({ hasText: "Explore traces" }).click();
  await page.waitForURL("**/explore/traces*");
});
