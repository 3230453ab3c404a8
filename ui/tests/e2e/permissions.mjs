// What the session's key may not do is held still, with the reason; all may be read.
import { PHONE, same, soon, test } from "./harness.mjs";
import { SCREENS } from "./screens.mjs";

const WHY = "Your key “ann” may not do this: it takes a key of the role responder.";
const VIEWER = { permissions: ["read"] };

// Any incident's page, once it says that the key may only read.
async function openHeldStill(tools) {
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await tools.page.locator(".incident-head").getByText(WHY).waitFor();
  return id;
}

test("a viewer finds what an incident offers held still, and reads why", {
  mock: true,
  scenario: VIEWER,
}, async (tools) => {
  const { page } = tools;
  const id = await openHeldStill(tools);
  const acknowledge = page.getByRole("button", { name: /^Acknowledge/ });
  same(await acknowledge.getAttribute("aria-disabled"), "true", "held still");
  same(await acknowledge.getAttribute("title"), WHY, "its reason");
  same(await page.getByLabel("Comment").isDisabled(), true, "the comment's field rests");
  same(await page.getByRole("button", { name: "Assign" }).isDisabled(), true, "the form rests");
  await tools.axeInBothThemes();
  await acknowledge.click({ force: true });
  await page.locator(".toast").getByText(WHY).waitFor();
  same((await tools.api(`/api/v1/incidents/${id}`)).state, "open", "the state");
});

test("a viewer's keys and palette say why nothing happens", {
  mock: true,
  scenario: VIEWER,
}, async (tools) => {
  const { page } = tools;
  const id = await openHeldStill(tools);
  for (const key of ["e", "r", "c", "z"]) {
    await tools.press(key);
    await page.locator(".toast").getByText(WHY).waitFor();
    await tools.press("Escape");
    await page.locator(".toast").waitFor({ state: "detached" });
  }
  same(await page.getByRole("dialog").count(), 0, "dialogs");
  same((await tools.api(`/api/v1/incidents/${id}`)).state, "open", "the state");
  await tools.press("Control+k");
  await page.getByPlaceholder(/^Search incidents/).fill("resolve");
  const action = page.getByRole("option", { name: /^Resolve/ });
  await action.getByText(WHY).waitFor();
  same(await action.getAttribute("aria-disabled"), "true", "the palette's action");
  await tools.axe(".dialog");
});

test("a viewer reads every page", { mock: true, scenario: VIEWER }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  const tabs = ["why", "impact", "changes", "tell", "review"];
  const incident = tabs.map((tab) => `/incidents/${id}/${tab}`);
  for (const path of ["/", ...incident, ...SCREENS, "/dashboards?id=new", "/settings"]) {
    await tools.open(path);
    await soon(() => page.locator("main .skeleton").count(), 0, `what is still read on ${path}`);
    same(await page.locator('main [role="alert"]').count(), 0, `refusals on ${path}`);
    await tools.fitsWidth();
  }
});

test("the list offers a thumb no acknowledgement that would be refused", {
  mock: true,
  scenario: VIEWER,
  viewport: PHONE,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  const button = page.getByRole("button", { name: "Acknowledge: Payment answers slowly" });
  await soon(() => button.getAttribute("aria-disabled"), "true", "held still");
  await button.click({ force: true });
  await page.locator(".toast").getByText(WHY).waitFor();
  await page.locator('.badge[data-state="open"]').first().waitFor();
});

test("forms of other roles rest for a responder, and those of the own do not", {
  mock: true,
  scenario: { permissions: ["read", "respond"] },
}, async (tools) => {
  const { page } = tools;
  await tools.open("/simulate");
  await page.getByText("it takes a key of the role editor.").waitFor();
  same(await page.getByRole("button", { name: "Begin" }).isDisabled(), true, "the story");
  await tools.axe();
  await tools.open("/routing?view=silences");
  await page.getByRole("button", { name: "New silence…" }).click();
  await page.getByRole("dialog", { name: "Silence" }).waitFor();
});

test("nothing is held back before it is known who asks", { mock: true }, async (tools) => {
  const { page } = tools;
  await page.route("**/api/v1/session", () => {}); // never answered
  await tools.open("/");
  await page.getByRole("button", { name: "Acknowledge: Payment answers slowly" }).click();
  await page.getByText(/^Acknowledged .*: Payment answers slowly/).waitFor();
});
