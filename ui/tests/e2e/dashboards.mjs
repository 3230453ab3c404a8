// Dashboards: built ones, those that people keep on the server, and Grafana's.
import { readFileSync } from "node:fs";
import { PHONE, same, soon, test } from "./harness.mjs";

test("a copy of a built dashboard is saved, and its link shares it", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/dashboards?kind=service");
  await page.getByLabel("service").selectOption("payment");
  await page.waitForURL(/v_service=payment/);
  await page.getByRole("button", { name: "Make a copy" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Checkout");
  await page.getByLabel("Title of panel 1").fill("Traffic");
  await page.getByRole("button", { name: "Save" }).click();
  await page.waitForURL(/[?&]id=db_1/);
  await page.getByRole("heading", { name: "Traffic" }).waitFor();
  const other = await tools.context.browser().newPage();
  await other.goto(page.url());
  await other.getByRole("heading", { name: "Traffic" }).waitFor();
  await other.close();
  await tools.open("/dashboards");
  await page.getByRole("link", { name: "Checkout" }).waitFor();
});

const UP = { title: "Up", panels: [{ title: "Up", query: "up" }] };

async function store(tools, dashboard, revision) {
  const response = await fetch(`${tools.baseUrl}/api/v1/dashboards/shop`, {
    method: "PUT",
    body: JSON.stringify({ ...dashboard, revision }),
  });
  same(response.status, 200, "the answer");
}

test("nobody writes over what another has just saved", {
  mock: true,
  console: /409/,
}, async (tools) => {
  const { page } = tools;
  await store(tools, UP);
  await tools.open("/dashboards?id=shop");
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await store(tools, { ...UP, title: "Theirs" });
  await page.getByLabel("Name", { exact: true }).fill("Mine");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("changed it").waitFor();
  same((await tools.api("/api/v1/dashboards/shop")).title, "Theirs", "what is stored");
});

test("what was removed is brought back under its address", { mock: true }, async (tools) => {
  const { page } = tools;
  await store(tools, UP);
  await tools.open("/dashboards?id=shop");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("None yet").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("link", { name: "Up" }).click();
  await page.waitForURL(/[?&]id=shop/);
});

test("a dashboard that is not there is named as such", {
  mock: true,
  console: /404/,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/dashboards?id=db_nope");
  await page.getByRole("heading", { name: "There is no such dashboard" }).waitFor();
  await page.getByRole("link", { name: "All dashboards" }).click();
  await page.getByText("None yet").waitFor();
});

test("a dashboard is compared with the last week", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/dashboards?kind=service");
  await page.getByLabel("Compare with").selectOption("7");
  await page.waitForURL(/cmp=-7d/);
  await page.getByText("dotted: 7 days before").first().waitFor();
  await page.getByText("read anew every 15 seconds").waitFor();
});

test("a dashboard of Grafana's is imported with a report of what did not come over", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/dashboards");
  const dashboard = {
    title: "Shop",
    panels: [
      { type: "timeseries", title: "Up", targets: [{ expr: "up" }] },
      { type: "logs", title: "Lines" },
    ],
  };
  await page.locator('input[type="file"]').setInputFiles({
    name: "shop.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(dashboard)),
  });
  await page.getByText("Lines: panels of the kind").waitFor();
  await tools.axeInBothThemes();
  await page.getByRole("link", { name: "Shop" }).first().click();
  await page.locator(".chart canvas").first().waitFor();
});

test("a comparison without data is said once for each panel", { mock: true }, async (tools) => {
  const { page } = tools;
  await page.route("**/api/v1/query_range?*", async (route) => {
    const start = Date.parse(new URL(route.request().url()).searchParams.get("start"));
    const response = await route.fetch();
    const answer = await response.json();
    if (start < Date.now() - 86_400_000) answer.data.result = [];
    await route.fulfill({ response, json: answer });
  });
  await tools.open("/dashboards?kind=service&cmp=-7d");
  await page.locator(".panel-legend").first().waitFor();
  await page.getByText("There are no values 7 days ago.").first().waitFor();
  same(await page.getByText("not known").count(), 0, "changes that are not known");
});

const shapes = (name) =>
  JSON.parse(
    readFileSync(
      new URL(`../../src/features/dashboards/fixtures/${name}.json`, import.meta.url),
      "utf8",
    ),
  );

test("tables and heat maps of Grafana's come over, and can be read without seeing them", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/dashboards");
  for (const name of ["node_exporter", "service_red"]) {
    await page.locator('input[type="file"]').setInputFiles({
      name: `${name}.json`,
      mimeType: "application/json",
      buffer: Buffer.from(JSON.stringify(shapes(name))),
    });
    const title = name === "service_red" ? "Service RED" : "Node Exporter Full";
    await page.getByRole("status").getByRole("link", { name: title }).waitFor();
  }
  await tools.open("/dashboards?id=db_1");
  const table = page.getByRole("region", { name: "Values of Filesystems" });
  await table.getByRole("columnheader", { name: "service" }).waitFor();
  await soon(() => table.getByRole("row").count(), 5, "rows");
  await tools.axeInBothThemes();
  await tools.open("/dashboards?id=db_2");
  await page.getByRole("heading", { name: "Rate of all" }).waitFor();
  const heat = page.getByRole("figure").filter({ hasText: "10 buckets" });
  await heat.getByText(/^Now most at \d+ ms to \d+ ms, \d/).waitFor();
  const moment = heat.getByRole("slider", { name: /^Moment of the heat map/ });
  const last = await moment.getAttribute("aria-valuetext");
  await moment.press("PageDown");
  await moment.press("PageUp");
  await soon(async () => (await moment.getAttribute("aria-valuetext")) !== last, true, "moved");
  await heat.getByText("Values as a table").click();
  await heat.getByRole("columnheader", { name: "over 2.5 s" }).waitFor();
  await tools.axeInBothThemes();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  same(await page.getByLabel("Kind of panel 2").inputValue(), "heatmap", "the kind");
});

test("a dashboard of tables and heat maps fits a phone", {
  mock: true,
  viewport: PHONE,
}, async (tools) => {
  const { page } = tools;
  const buckets = { title: "Latency", query: "sum by (le) (rate(b[5m]))", kind: "heatmap" };
  await store(tools, { title: "T", panels: [{ ...UP.panels[0], kind: "table" }, buckets] });
  await tools.open("/dashboards?id=shop");
  await page.locator(".chart canvas").waitFor();
  await page.getByRole("columnheader", { name: "Value" }).first().waitFor();
  await tools.fitsWidth();
  await page.getByRole("button", { name: "Change", exact: true }).click();
  await page.getByLabel("Kind of panel 1").waitFor();
  await tools.fitsWidth();
  await tools.axe();
});
