// The frame: the rail, the theme, who is on call, and the scope of a team.
import { PHONE, same, soon, test, until } from "./harness.mjs";

test("the rail has twelve screens at most, and all others have a place beside one", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  const labels = await page.locator("a.rail-link").allInnerTexts();
  if (labels.length > 12) throw new Error(`${labels.length} in the rail: ${labels.join()}`);
  for (const [path, beside, item] of [
    ["/rules", "Detection", "Rules"],
    ["/detection", "Rules", "Rules"],
    ["/system", "Simulate", "System"],
    ["/simulate", "System", "System"],
  ]) {
    await tools.open(path);
    await page.locator('.rail-link[data-status="active"]').getByText(item).waitFor();
    await page.locator(".tab-beside").getByText(beside).waitFor();
  }
  await tools.sequence("g", "q");
  await page.waitForURL(/\/detection/);
  await tools.sequence("g", "u");
  await page.waitForURL(/\/simulate/);
});

test("the theme is switched from the top bar, and stays", { mock: true }, async (tools) => {
  const { page } = tools;
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await tools.open("/");
  await page.getByRole("button", { name: "Theme: change to dark" }).click();
  await soon(theme, "dark", "the theme");
  await page.reload();
  await page.getByRole("button", { name: "Theme: change to light" }).waitFor();
  same(await theme(), "dark", "the theme after a reload");
});

test("who is on call now stands in the top bar and leads on", { mock: true }, async (tools) => {
  const { page } = tools;
  const answer = await tools.api("/api/v1/oncall");
  const somebody = answer.schedules.find(({ on_call }) => on_call).on_call;
  let duty = somebody; // whatever the hour: one of the schedules has gaps at night and on Sundays
  await page.route("**/api/v1/oncall", (route) => {
    const schedules = answer.schedules.map((one, at) => ({
      ...one,
      on_call: at ? duty : somebody,
    }));
    route.fulfill({ json: { ...answer, schedules } });
  });
  await tools.open("/");
  const link = page.locator(".on-call-now");
  await link
    .getByText(`On call: ${somebody.full_name || somebody.user}`, { exact: true })
    .waitFor();
  duty = null;
  await tools.open("/");
  await link.getByText("Nobody on call", { exact: true }).waitFor();
  const title = await link.getAttribute("title");
  if (!title?.startsWith(`${answer.schedules[0].schedule}: `)) throw new Error(`title: ${title}`);
  await link.click();
  await page.waitForURL(/\/on-call/);
});

test("a team's scope is in the address, narrows lists, and says what it hides", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.getByLabel("Team", { exact: true }).selectOption("shop");
  await page.waitForURL(/\?team=shop$/);
  const section = (name) =>
    page.locator(".section").filter({ has: page.getByRole("heading", { name, exact: true }) });
  await section("Open incidents").getByText("1 hidden by the scope").waitFor();
  await section("Services").getByText("2 hidden by the scope").waitFor();
  same(await page.getByText("Disk of analytics fills").count(), 0, "another team's incident");
  await tools.axeInBothThemes();
  await tools.sequence("g", "a");
  await page.waitForURL(/\/alerts\?.*team=shop/);
  await section("What fires now").getByText("1 hidden by the scope").waitFor();
  await tools.sequence("g", "c");
  await page.waitForURL(/\/changes\?.*team=shop/);
  await section("In this range")
    .getByText(/hidden by the scope/)
    .waitFor();
  await tools.sequence("g", "e");
  await page.waitForURL(/\/releases\?.*team=shop/);
  await section("Verdicts")
    .getByText(/hidden by the scope/)
    .waitFor();
  await tools.sequence("g", "s");
  await page.locator("h1").getByText("System").waitFor();
  same(await page.getByText("Team: shop").count(), 0, "a scope where none holds");
  await tools.sequence("g", "n");
  await page.getByRole("button", { name: "Show all teams" }).click();
  await page.getByText("Disk of analytics fills").waitFor();
  await until("out of the address", () => !page.url().includes("team="));
});

test("the scope of a link is seen and taken away on a phone", {
  mock: true,
  viewport: PHONE,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/?team=shop");
  await page.getByText("1 hidden by the scope").first().waitFor();
  await tools.fitsWidth();
  await tools.axeInBothThemes();
  await page.getByRole("button", { name: "Show all teams" }).click();
  await page.getByText("Disk of analytics fills").waitFor();
});
