// The welcome of OpsBuddy and the settings.
import { soon, test, until } from "./harness.mjs";

test("the welcome has its words, its services and the day in numbers", {}, async (tools) => {
  const { page } = tools;
  await tools.open("/welcome");
  await soon(
    () => page.locator("h1").innerText(),
    "Welcome to OpsBuddy - AI driven oncall support",
    "the heading",
  );
  await page.getByRole("button", { name: "Health check of payment" }).waitFor();
  await page.getByRole("region", { name: "Log lines by service" }).waitFor();
});

test("a health check of one press, and its answer in the log", {}, async (tools) => {
  const { page } = tools;
  await tools.open("/welcome");
  await page.getByRole("button", { name: "Health check of Log analytics" }).click();
  await page.getByText(/Answered 200 in/).waitFor();
  await page.locator(".response-log summary").click();
  await page.locator(".response-log .code").filter({ hasText: '"status": "healthy"' }).waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("Nothing asked yet").waitFor();
});

test("a log line is written by hand and found again", {}, async (tools) => {
  const { page } = tools;
  await tools.open("/welcome");
  const text = `seen by hand ${Date.now()}`;
  const form = page.locator("form").filter({ has: page.locator("textarea") });
  await form.getByLabel("Service").fill("payment");
  await form.getByLabel("Level").selectOption("warning");
  await form.locator("textarea").fill(text);
  await form.getByRole("button", { name: "Write" }).click();
  await page.getByText("Log line written").waitFor();
  // Others write too: among theirs it would soon be out of sight.
  await page.getByLabel("Words of the message").fill(`"${text}"`);
  await page.locator(".log-message").filter({ hasText: text }).waitFor();
});

test("Now leads to the welcome", { mock: true, scenario: { name: "empty" } }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.getByRole("link", { name: /Health checks, log query/ }).click();
  await page.getByText("No log lines in a day").waitFor();
  await tools.axe();
});

test("settings are the same on the screen and in the bar", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("link", { name: "All settings and keys" }).click();
  await page.waitForURL("**/settings");
  await page.locator("main").getByText("Compact", { exact: true }).click();
  await until("compact", () =>
    page.evaluate(() => document.documentElement.dataset.density === "compact"),
  );
  await page.getByRole("button", { name: "Settings" }).click();
  await page.locator(".panel").getByRole("radio", { name: "Compact", checked: true }).waitFor();
});

test("a key is given to the server and forgotten", {
  mock: true,
  scenario: { key: "k3y" },
  console: /401/,
}, async (tools) => {
  const { page, context } = tools;
  await context.addCookies([{ name: "vedette_session", value: "k3y", url: tools.baseUrl }]);
  await tools.open("/settings");
  await page.getByLabel("API key").fill("wrong");
  await page.getByRole("button", { name: "Use this key" }).click();
  await page.getByText("This key is not known.").waitFor();
  await page.getByRole("heading", { name: "Settings" }).waitFor();
  await page.getByLabel("API key").fill("k3y");
  await tools.press("Enter");
  await page.getByText("The key is in use").waitFor();
  await page
    .getByText("You are ann (tenant default), and may read; acknowledge, resolve and comment.")
    .waitFor();
  await page.getByRole("button", { name: "Forget the key" }).click();
  await page.getByRole("heading", { name: "This server asks for an API key" }).waitFor();
});
