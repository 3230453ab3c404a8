// On-call, routing, silences, alerts, and work on an incident.
import { same, soon, test, until } from "./harness.mjs";

const MOCK = { mock: true };

test(
  "an override is made from a shift, shown, and taken back with a way to undo",
  MOCK,
  async (tools) => {
    const { page } = tools;
    await tools.open("/on-call");
    await page.locator(".duty").first().waitFor();
    await page.locator("summary").filter({ hasText: "Shifts as a list" }).click();
    await page
      .getByRole("button", { name: /^Take over… from ben/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog", { name: "Who is on call: payments" });
    await dialog.getByLabel("Takes over").selectOption("cem");
    await soon(() => dialog.getByLabel("Instead of").inputValue(), "ben", "whom it replaces");
    await dialog.getByLabel("Why (optional)").fill("wedding");
    await tools.axe(".dialog");
    await dialog.getByRole("button", { name: "Take over" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("wedding").waitFor();
    await page.locator(".duty.override").first().waitFor();
    await page.getByRole("button", { name: /^Remove override of cem/ }).click();
    await page.getByText("wedding").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await page.getByText("wedding").waitFor();
  },
);

test("a swap has two halves; what the server refuses is said in the dialog", {
  mock: true,
  console: /400/,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/on-call");
  await page.getByRole("button", { name: "Override…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Takes over").selectOption("ann");
  await dialog.getByLabel("Instead of").selectOption("ben");
  await dialog.getByLabel(/^A swap/).check();
  await soon(() => dialog.locator('input[type="datetime-local"]').count(), 4, "times");
  const [from] = await dialog.locator('input[name="from"]').all();
  await dialog.locator('input[name="to"]').fill(await from.inputValue());
  await dialog.getByRole("button", { name: "Swap" }).click();
  await dialog.getByRole("alert").filter({ hasText: "to: must be after from" }).waitFor();
});

test(
  "the calendar goes through the weeks, and the address remembers which",
  MOCK,
  async (tools) => {
    const { page } = tools;
    await tools.open("/on-call");
    await page.getByRole("button", { name: "Later weeks" }).click();
    await page.waitForURL(/week=/);
    await page.getByRole("button", { name: "This week" }).click();
    await until("no week in the address", () => !page.url().includes("week="));
    await page.getByRole("link", { name: "platform" }).click();
    await page.waitForURL(/schedule=platform/);
    await page.locator(".duty.gap").first().waitFor();
  },
);

test("labels are tried on the routes", MOCK, async (tools) => {
  const { page } = tools;
  await tools.open("/routing");
  const box = page.getByRole("searchbox", { name: "Labels of a page" });
  await box.fill("service=payment");
  await box.press("Enter");
  await page.getByText("takes it").waitFor();
  await page.getByText("After 5 min").waitFor();
  await box.fill("service=other");
  await box.press("Enter");
  await page.locator(".route.taken").filter({ hasText: "Catch-all" }).waitFor();
});

test("a test page is followed until it has arrived", MOCK, async (tools) => {
  const { page } = tools;
  await tools.open("/routing?view=people");
  await page.getByRole("button", { name: "Send a test page to Ann Berg" }).click();
  await page.getByText("chat @ann: delivered").waitFor();
});

test(
  "alerts are filtered by their labels and silenced with matchers that fit",
  MOCK,
  async (tools) => {
    const { page } = tools;
    await tools.open("/alerts");
    await page.locator(".alert-row").first().waitFor();
    await soon(() => page.locator(".alert-row").count(), 5, "alerts");
    await page
      .locator(".facets")
      .getByRole("button", { name: /^payment/ })
      .click();
    await page.waitForURL(/q=service/);
    await until("one alert", async () => (await page.locator(".alert-row").count()) === 1);
    await tools.press("j");
    await tools.press("z");
    const dialog = page.getByRole("dialog", { name: "Silence" });
    await dialog.getByText("Hides 1 alert that fire now").waitFor();
    await tools.axe(".dialog");
    await dialog.getByLabel("Why").fill("Rolling back");
    await dialog.getByText("4h", { exact: true }).click();
    await dialog.getByRole("button", { name: "Silence", exact: true }).click();
    await page.locator('.alert-row[data-held="true"]').waitFor();
    await tools.open("/routing?view=silences");
    await page.getByText("Rolling back").waitFor();
    await page
      .getByRole("button", { name: /^End now/ })
      .first()
      .click();
    await page.getByText("Rolling back").waitFor({ state: "detached" });
  },
);

test("a matcher that is none is refused before anything is asked", MOCK, async (tools) => {
  const { page } = tools;
  await tools.open("/routing?view=silences");
  await page.getByRole("button", { name: "New silence…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Matchers, one a line").fill("payment");
  await dialog.getByText("is not a matcher").waitFor();
  const button = dialog.getByRole("button", { name: "Silence", exact: true });
  await soon(() => button.isDisabled(), true, "off");
});

test(
  "who leads, what is to be done and how far it is are kept with the incident",
  MOCK,
  async (tools) => {
    const { page } = tools;
    const { id } = await tools.anyIncident();
    await tools.open(`/incidents/${id}`);
    await page.getByRole("button", { name: "Mitigating" }).click();
    await page.getByRole("button", { name: "Mitigating", pressed: true }).waitFor();
    await page.getByLabel("Person; empty for nobody").fill("ann");
    await page.getByRole("button", { name: "Assign" }).click();
    await page.getByText("commander").nth(1).waitFor();
    await page.getByLabel("Task", { exact: true }).fill("Roll back");
    await page.getByRole("button", { name: "Add the task" }).click();
    await page.getByRole("checkbox", { name: "Roll back" }).click();
    await page.getByText("done by").waitFor();
    await tools.press("5");
    await page.waitForURL(/\/tell$/);
    await page.getByRole("button", { name: "Status page" }).click();
    await until("the draft follows the phase", async () =>
      (await page.locator(".draft").inputValue()).startsWith("Identified"),
    );
  },
);

test("one incident takes over another, and anomalies are split off", MOCK, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.getByRole("button", { name: "Split…" }).click();
  const split = page.getByRole("dialog", { name: "Split off anomalies" });
  await split.getByRole("checkbox").first().check();
  await split.getByRole("button", { name: "Split off 1" }).click();
  await page.getByText("1 anomaly split off").waitFor();
  await page.getByRole("button", { name: "Merge…" }).click();
  const dialog = page.getByRole("dialog", { name: "Take over another incident" });
  await dialog.getByLabel(/Disk of analytics fills/).check();
  await tools.axe(".dialog");
  await dialog.getByRole("button", { name: "Take it over" }).click();
  await page.getByText("Merged", { exact: true }).first().waitFor();
});

test("what still fires of a resolved incident stands under its title", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id, title } = await tools.anyIncident();
  await fetch(`${tools.baseUrl}/api/v1/incidents/${id}/resolve`, { method: "POST", body: "{}" });
  await tools.open("/alerts");
  const group = page.locator(".alert-group").filter({ hasText: title });
  await group.getByText("Resolved", { exact: true }).waitFor();
  same(await page.getByText(id).count(), 0, "raw ids");
  await group.getByRole("link", { name: title }).click();
  await page.waitForURL(`**/incidents/${id}`);
});

test("an alert whose labels do not name it is called and graded as its anomaly", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await page.route("**/api/v2/alerts*", async (route) => {
    const response = await route.fetch();
    const [first, ...others] = await response.json();
    const { alertname: _name, severity: _severity, ...labels } = first.labels;
    await route.fulfill({ response, json: [{ ...first, labels }, ...others] });
  });
  const { anomalies } = await tools.api("/api/v1/anomalies");
  const [alert] = await tools.api("/api/v2/alerts");
  const anomaly = anomalies.find(({ id }) => id === alert.vedette.anomaly_id);
  await tools.open("/alerts");
  const row = page.locator(`[data-alert="${alert.fingerprint}"]`);
  await row.getByText(`${anomaly.detector} of`).waitFor();
  await row.getByText(anomaly.severity, { exact: true }).waitFor();
});
