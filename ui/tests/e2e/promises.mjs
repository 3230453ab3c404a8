// What was promised: objectives, heartbeats, comparisons on a schedule, and webhooks of other systems.
import { test } from "./harness.mjs";

test("an objective tells what is left of its budget", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/rules");
  await page.getByRole("link", { name: "Objectives" }).click();
  const row = page.getByRole("row").filter({ hasText: "payment" });
  await row.getByText("Burns very fast").waitFor();
  await row.getByText("overdrawn, -12 %").waitFor();
});

test("a heartbeat that is missing comes first", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/system?view=heartbeats");
  const first = page.locator("li[data-row]").first();
  await first.getByText("billing").waitFor();
  await first.getByText("Missing", { exact: true }).waitFor();
});

test("a comparison says what is worse, beside its numbers", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/releases?view=comparisons");
  await page.getByText("5xx rose from 12 to 96").waitFor();
  await page.getByRole("cell", { name: "12 → 96" }).waitFor();
  await page.getByRole("button", { name: "Compare now" }).click();
  await page.getByRole("button", { name: "Compare now" }).waitFor();
});

test("a message of another system is tried without being kept", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/system?view=senders");
  await page.getByRole("button", { name: "What would it become?" }).click();
  await page.getByText("The disk of db-1 is full").waitFor();
  await page.getByRole("button", { name: "Sentry" }).click();
  await page.waitForURL(/sender=sentry/);
});
