// What the server judges: causes, releases, the map; and rules that are tried before they are kept.
import { settled, soon, test, until } from "./harness.mjs";

const MOCK = { mock: true };

test("from a page on a phone to the cause in one tap, and on to its evidence", {
  mock: true,
  viewport: { width: 360, height: 740 },
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.getByRole("link", { name: /^payment is the cause/ }).click();
  await page.waitForURL(/\/why$/);
  await page.locator(".claims .evidence-chip").first().click();
  await page.waitForURL(/\/e\//);
  await page.getByRole("heading", { name: "What was seen" }).waitFor();
});

test("a tap on the cause on a phone shows it: the tabs and what follows begin below the bar", {
  mock: true,
  viewport: { width: 390, height: 844 },
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  const tabs = page.locator(".incident-tabs");
  const top = async (where) => Math.round((await where.boundingBox())?.y ?? -1);
  const shown = async () => {
    const begins = await top(page.locator(".incident-tabs + *"));
    return begins > 52 && begins < 140 && (await top(tabs)) >= 52;
  };
  await tools.open(`/incidents/${id}`);
  await page.getByRole("link", { name: /^payment is the cause/ }).click();
  await page.waitForURL(/\/why$/);
  await until("the cause is in sight", shown);
  await tabs.getByRole("link", { name: "Review" }).click();
  await page.waitForURL(/\/review$/);
  await until("the write-up is in sight", shown);
  const { height } = await tabs.boundingBox();
  if (height > 60) throw new Error(`the tabs are ${height} px high`);
  await page.mouse.wheel(0, 600);
  await until("the tabs stay", async () => (await top(tabs)) === 52);
  await tools.open(`/incidents/${id}/impact`);
  await until("a link to a tab shows it", shown);
});

test("a person's verdict is kept with the diagnosis", MOCK, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}/why`);
  await page.getByRole("button", { name: "Wrong" }).click();
  await page.getByLabel("What it was, as far as you know").fill("order");
  await page.getByRole("button", { name: "Keep the verdict" }).click();
  await page.getByText("it was order").waitFor();
});

test("a bad release says what it was compared with", MOCK, async (tools) => {
  const { page } = tools;
  await tools.open("/releases");
  await page.getByRole("combobox", { name: "Verdict" }).selectOption("bad");
  await page.waitForURL(/verdict=bad/);
  await until("one", async () => (await page.locator(".section .rows > .row").count()) === 1);
  await page.getByRole("link", { name: "payment v2.4.1" }).click();
  await page.getByText("48,000 to one against chance").waitFor();
  await page.getByRole("cell", { name: "41,020" }).first().waitFor();
});

test("the map shows problems first, and a node with those around it", MOCK, async (tools) => {
  const { page } = tools;
  await tools.open("/map");
  const rows = page.locator(".map-table tbody tr");
  await rows.first().waitFor();
  await soon(() => rows.first().locator("button").innerText(), "order", "the worst");
  await page.getByRole("button", { name: "payment", exact: true }).click();
  await page.waitForURL(/sel=/);
  const panel = page.getByRole("complementary", { name: "payment" });
  await panel.getByRole("button", { name: "order" }).first().waitFor();
  await panel.getByRole("button", { name: "Only around it" }).click();
  await page.waitForURL(/focus=/);
  await until("its neighbourhood", async () => (await rows.count()) === 3);
});

test("a press on the map finds the node under it; keys move it", MOCK, async (tools) => {
  const { page } = tools;
  await tools.open("/map?problems=off");
  const map = page.getByRole("application");
  await map.waitFor();
  await map.focus();
  await tools.press("0");
  const box = await map.locator("canvas").boundingBox();
  // Presses on a grid until one hits: where nodes lie is the server's business.
  for (let step = 0; step < 60 && !page.url().includes("sel="); step += 1) {
    await page.mouse.click(
      box.x + box.width * (0.06 + 0.1 * (step % 10)),
      box.y + box.height * (0.08 + 0.16 * Math.floor(step / 10)),
    );
    await settled(page); // the address follows the press
  }
  await page.waitForURL(/sel=/);
});

test("a thousand services are one picture and a short list", {
  mock: true,
  scenario: { name: "many" },
}, async (tools) => {
  const { page } = tools;
  await tools.open("/map?problems=off");
  await page.getByText("1,000 nodes").waitFor();
  await soon(() => page.locator(".map-table tbody tr").count(), 25, "rows");
  const elements = await page.evaluate(() => document.querySelectorAll("*").length);
  if (elements > 1500) throw new Error(`${elements} elements`);
});

test("a rule file is checked as one writes, and tried before it is kept", MOCK, async (tools) => {
  const { page } = tools;
  await tools.open("/rules");
  await page.getByRole("link", { name: "Try a change of shop" }).click();
  await page.waitForURL(/view=editor/);
  const editor = page.getByRole("textbox", { name: "Rule file, in YAML" });
  await page.getByText("Right: 1 group").waitFor();
  const text = await editor.inputValue();
  await editor.fill(text.replace(/expr: .*/, "expr: sum("));
  await page.getByText("unexpected end of input").waitFor();
  const trial = page.getByRole("button", { name: "Try it on what is stored" });
  await soon(() => trial.isDisabled(), true, "a trial of what is wrong");
  await page.getByRole("button", { name: /^Line/ }).click();
  await soon(() => editor.evaluate((box) => box === document.activeElement), true, "the focus");
  await editor.fill(text);
  await page.getByRole("button", { name: "Try it on what is stored" }).click();
  await page.getByText("1 episode, 1 page").waitFor();
});

test("a cause that was found before newer anomalies began says so", MOCK, async (tools) => {
  const { page } = tools;
  const { id, started_at } = await tools.anyIncident();
  await page.route("**/diagnosis", async (route) => {
    const response = await route.fetch();
    const to = new Date(Date.parse(started_at) - 60_000).toISOString();
    await route.fulfill({ response, json: { ...(await response.json()), to } });
  });
  await tools.open(`/incidents/${id}`);
  const head = page.locator(".incident-head");
  await head
    .getByText(/^3 anomalies of .* began later, 3 of them open: this may not explain them/)
    .waitFor();
  await head.getByText(/^Found in what was seen from/).waitFor();
  await tools.axe(".incident-head");
});

test("evidence of spans is a sentence and a table of rounded times", MOCK, async (tools) => {
  const { page } = tools;
  await page.route("**/api/v1/evidence/*", async (route) => {
    const response = await route.fetch();
    const result = {
      ...{ operation: "POST /payment", service: "payment", where: "in payment itself" },
      ...{ usual_ms: 42.511587000000006, now_ms: 9536.986549, usual_spans: 158, now_spans: 14 },
    };
    const json = { ...(await response.json()), language: "spans", result };
    await route.fulfill({ response, json });
  });
  const { anomalies } = await tools.api("/api/v1/anomalies?limit=1");
  await tools.open(`/e/${anomalies[0].evidence_id}`);
  await page.getByText("spends 9.54 s in payment itself, usually 42.5 ms.").waitFor();
  await page.getByRole("cell", { name: "9.54 s" }).waitFor();
  await soon(() => page.getByText("42.511587000000006").isVisible(), false, "raw numbers");
  await tools.axe();
});
