// System: components, what comes in, targets, and what is said when a part cannot be read.
import { soon, test } from "./harness.mjs";

test("a component is tested, and the answer is shown as it came", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/system");
  await page.getByRole("button", { name: "Test Query engine" }).click();
  await page.getByText("GET /api/v1/query?query=vector(1)").waitFor();
  await page.getByText('"resultType": "vector"').waitFor();
  await page.getByRole("button", { name: "Put the answer away" }).click();
  await soon(() => page.locator(".probe").count(), 0, "answers");
});

test("a component that does not answer well says so", {
  mock: true,
  scenario: { failing: ["/api/v1/query"] },
  console: /503/,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/system");
  await page.getByRole("button", { name: "Test Query engine" }).click();
  await page.getByText("not well").waitFor();
  await page.getByText("The store is not ready.").waitFor();
});

test("what was refused is told with its reason", { mock: true }, async (tools) => {
  await tools.open("/system");
  await tools.page.getByText("Samples were refused as from the future (12).").waitFor();
});

test("targets that fail come first, with their error", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/system?view=targets");
  const first = page.locator(".section .row").first();
  await first.getByText("connection refused").waitFor();
  await first.getByText("Fails").waitFor();
});

test("a slow query leads to Explore", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/system");
  await page.getByRole("link", { name: "Slow queries" }).click();
  await page.getByText("query timed out").waitFor();
  await page.locator(".section .row-title").first().click();
  await page.waitForURL(/explore\/metrics\?q=sum/);
});
