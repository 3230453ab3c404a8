// Rules, changes and the ledger.
import { same, soon, test } from "./harness.mjs";

test("rules show their state, their error and their alerts", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/rules");
  await page.getByText("many-to-many matching not allowed").waitFor();
  await page.getByText("2 groups, 3 rules, 1 failing, 1 firing").waitFor();
  await page.locator("summary").filter({ hasText: "2 alerts" }).click();
  await page.getByRole("region", { name: "Alerts of the rule" }).waitFor();
  await tools.axe();
  await page.getByLabel("State").selectOption("firing");
  await page.waitForURL(/state=firing/);
  await soon(() => page.locator(".section .rows > .row").count(), 1, "rules that fire");
});

test("an expression is checked before it becomes a rule", {
  mock: true,
  console: /400/,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/rules");
  const box = page.getByRole("textbox", { name: /^An expression/ });
  await box.fill("sum(");
  await box.press("Enter");
  await page.getByRole("alert").filter({ hasText: "unexpected end of input" }).waitFor();
  await box.fill("up==0");
  await box.press("Enter");
  await page.getByText("active now for 0 series").waitFor();
  await tools.axe();
});

test("changes are filtered, and a link that runs is never followed", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/changes");
  await page.locator("[data-change]").first().waitFor();
  await soon(() => page.locator("[data-change]").count(), 3, "changes");
  const link = page.getByRole("link", { name: "What was changed" });
  same(await link.getAttribute("rel"), "noreferrer", "what is told of us");
  await page.getByLabel("Kind").selectOption("config");
  await page.waitForURL(/kind=config/);
  await page.getByText("database_connection_pool: 20 to 5").waitFor();
  await page.getByRole("link", { name: "Anomalies around it" }).first().click();
  await page.waitForURL(/explore\/anomalies\?.*from=/);
});

test("the ledger says who was told, how often it was tried, and why", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/ledger");
  await page.getByText("connection refused").first().waitFor();
  await page.getByLabel("State").selectOption("failed");
  await page.waitForURL(/state=failed/);
  await soon(() => page.locator(".section .rows > .row").count(), 1, "letters that failed");
  await page.locator("summary").filter({ hasText: "entry of the record" }).click();
  await page.getByText("201f7a75b0c0").waitFor();
  await tools.axe();
  await page.getByLabel("State").selectOption("");
  await page.getByLabel("Told").selectOption({ label: "a silence ends soon" });
  const warning = page.locator(".section .rows > .row");
  await soon(() => warning.count(), 1, "letters about silences");
  await warning.getByRole("link", { name: "silences" }).waitFor();
  await page.getByLabel("Told").selectOption("");
  await page.getByLabel("Incident").selectOption({ label: "Payment answers slowly" });
  await page.getByText("on-call was told by slack within 400 ms.").waitFor();
  const people = page.locator(".section", { hasText: "Why you were, or were not" }).locator(".row");
  await soon(() => people.count(), 2, "people");
  same(/^Ann Berg told once/.test((await people.first().innerText()).trim()), true, "told first");
  await people.getByText("not on call: step 1 asks for schedule payments").waitFor();
  await tools.axe();
});
