// What is done by keys over lists: looking, selecting, acting on many, declaring, taking back.
import { PHONE, same, soon, test, until } from "./harness.mjs";

const WHY = "Your key “ann” may not do this: it takes a key of the role responder.";
const PAYMENT = "Payment answers slowly";
const QUEUE = "Queue of notification grows";

const openNow = async (tools, path = "/") => {
  await tools.open(path);
  await tools.page.locator("[data-incident]").first().waitFor();
};
const press = async (tools, ...keys) => {
  for (const key of keys) await tools.press(key);
};
const states = async (tools) => {
  const { incidents } = await tools.api("/api/v1/incidents?view=summary");
  return Object.fromEntries(incidents.map(({ title, state }) => [title, state]));
};
const becomes = (tools, title, state) =>
  until(`${title} is ${state}`, async () => (await states(tools))[title] === state);
const toast = (page, text) => page.locator(".toast").filter({ hasText: text });

test("Space looks at a row beside the list, which j and k go on through", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  await press(tools, "j", "Space");
  const drawer = page.locator(".drawer");
  await drawer.getByRole("heading", { name: PAYMENT }).waitFor();
  await drawer.getByText("Last in the timeline").waitFor();
  await tools.axeInBothThemes();
  await press(tools, "j");
  await drawer.getByRole("heading", { name: QUEUE }).waitFor();
  await page.locator('[data-peeked="true"]').getByText(QUEUE).waitFor();
  await press(tools, "e");
  await becomes(tools, QUEUE, "acknowledged");
  await drawer.getByText(/^Taken by/).waitFor();
  await page.setViewportSize(PHONE);
  await tools.fitsWidth();
  await tools.axe(".drawer");
  await press(tools, "Escape");
  await drawer.waitFor({ state: "detached" });
  const inside = () =>
    page.evaluate(() => document.activeElement?.closest("[data-incident]") !== null);
  await soon(inside, true, "focus within the list");
});

test("the focus comes back from the drawer, and a button keeps its Space", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  await press(tools, "j", "Space");
  const button = page.locator(".drawer").getByRole("button", { name: "Acknowledge" });
  await button.focus();
  await press(tools, "Space");
  await becomes(tools, PAYMENT, "acknowledged");
  await page.locator(".drawer").getByRole("link", { name: "Open" }).focus();
  await press(tools, "Escape");
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  await soon(focused, PAYMENT, "what has the focus");
});

test("an alert is looked at beside the list, with its incident", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/alerts");
  await page.locator(".alert-row").first().waitFor();
  await press(tools, "j", "Space");
  const drawer = page.locator(".drawer");
  await drawer.getByRole("heading", { name: "http_errors_per_second of order" }).waitFor();
  await drawer.getByRole("link", { name: PAYMENT }).waitFor();
  await tools.axeInBothThemes();
  await press(tools, "Space");
  await drawer.waitFor({ state: "detached" });
});

test("x and Shift x select incidents, which are acknowledged together and given back by u", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  await press(tools, "j", "x", "j", "Shift+X");
  const bar = page.locator(".selection-bar");
  await bar.getByText("2 selected").waitFor();
  await tools.axeInBothThemes();
  await press(tools, "e");
  await toast(page, "2 incidents acknowledged").waitFor();
  await becomes(tools, PAYMENT, "acknowledged");
  await becomes(tools, QUEUE, "acknowledged");
  await press(tools, "u");
  await toast(page, "2 incidents are open again").waitFor();
  await becomes(tools, PAYMENT, "open");
  await becomes(tools, QUEUE, "open");
  await press(tools, "Escape");
  await bar.waitFor({ state: "detached" });
});

test("selected incidents are merged into the one that began first", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  await page.getByLabel(`Select: ${PAYMENT}`).check();
  await page.getByLabel(`Select: ${QUEUE}`).check();
  await press(tools, "m"); // the focus is on a box, which is no place for text
  const dialog = page.getByRole("dialog", { name: "Merge 2 incidents" });
  await dialog.waitFor();
  same(await dialog.getByLabel(QUEUE).isChecked(), true, "the first stays");
  await tools.axe(".dialog");
  await dialog.getByRole("button", { name: "Merge" }).click();
  await toast(page, "2 incidents are one").waitFor();
  const { incidents } = await tools.api("/api/v1/incidents");
  const [queue, payment] = [QUEUE, PAYMENT].map((name) =>
    incidents.find(({ title }) => title === name),
  );
  same(payment.merged_into, queue.id, "where it went");
});

test("selected incidents are silenced by what their alerts share", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  await press(tools, "j", "x", "j", "x", "z");
  const dialog = page.getByRole("dialog", { name: "Silence" });
  await dialog.waitFor();
  const text = await dialog.getByLabel("Matchers, one a line").inputValue();
  if (!text.includes("notification|order|payment")) throw new Error(`matchers: ${text}`);
});

test("selected alerts are acknowledged, and merged where they are of two incidents", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/alerts");
  await page.locator(".alert-row").first().waitFor();
  await press(tools, "j", "x", "j", "j", "Shift+X");
  const bar = page.locator(".selection-bar");
  await bar.getByText("3 selected").waitFor();
  const merge = bar.getByRole("button", { name: "Merge" });
  same(await merge.getAttribute("aria-disabled"), "true", "of one incident");
  await press(tools, "j", "x");
  await bar.getByText("4 selected").waitFor();
  await soon(() => merge.getAttribute("aria-disabled"), "false", "of two incidents");
  await tools.axeInBothThemes();
  await page.setViewportSize(PHONE);
  await tools.fitsWidth();
  await tools.axe();
  await press(tools, "e");
  await becomes(tools, PAYMENT, "acknowledged");
  await becomes(tools, QUEUE, "acknowledged");
});

test("of several, what is refused is named and taken back", {
  mock: true,
  console: /503/,
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  const { incidents } = await tools.api("/api/v1/incidents?view=summary");
  const { id } = incidents.find(({ title }) => title === QUEUE);
  await page.route(`**/${id}/acknowledge`, (route) =>
    route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Full." } } }),
  );
  await press(tools, "j", "x", "j", "x", "e");
  await toast(page, `Not acknowledged: ${QUEUE}: Full.`).waitFor();
  await becomes(tools, PAYMENT, "acknowledged");
  await page
    .locator("[data-incident]")
    .filter({ hasText: QUEUE })
    .locator('.badge[data-state="open"]')
    .waitFor();
});

test("an acknowledgement and a resolution are taken back from their messages", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await press(tools, "e");
  await toast(page, "Acknowledged").getByRole("button", { name: "Undo" }).click();
  await page.locator('.incident-head .badge[data-state="open"]').waitFor();
  await becomes(tools, PAYMENT, "open");
  await press(tools, "r");
  await page.getByRole("dialog", { name: "Resolve this incident?" }).waitFor();
  await press(tools, "Enter");
  await becomes(tools, PAYMENT, "resolved");
  await toast(page, "Resolved").waitFor();
  await press(tools, "u");
  await becomes(tools, PAYMENT, "open");
  same(await toast(page, "Resolved").count(), 0, "messages that offer it again");
  await press(tools, "u");
  await toast(page, "Nothing of the last minute can be taken back.").waitFor();
});

test("what could not be given back stays acknowledged, with the reason", {
  mock: true,
  console: /409/,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await press(tools, "e");
  await toast(page, "Acknowledged").waitFor();
  await page.route("**/unacknowledge", (route) =>
    route.fulfill({
      status: 409,
      json: { error: { code: "failed_precondition", message: "It is resolved already." } },
    }),
  );
  await press(tools, "u");
  await toast(page, "Not given back: It is resolved already.").waitFor();
  await page.locator('.incident-head .badge[data-state="acknowledged"]').waitFor();
});

test("d declares an incident, which opens", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/alerts");
  await press(tools, "d");
  const dialog = page.getByRole("dialog", { name: "Declare an incident" });
  await dialog.getByLabel("What is wrong").fill("Customers cannot pay");
  await dialog.getByLabel("Services (optional)").fill("payment");
  await press(tools, "Enter"); // adds the service
  await dialog.getByRole("button", { name: "Remove payment" }).waitFor();
  await dialog.getByLabel("Services (optional)").fill("checkout-page");
  await dialog.getByLabel("What is known").fill("Two calls of shops");
  await tools.axeInBothThemes(".dialog");
  await page.setViewportSize(PHONE);
  await tools.fitsWidth();
  await dialog.getByRole("button", { name: "Declare" }).click();
  await page.getByRole("heading", { level: 1, name: "Customers cannot pay" }).waitFor();
  await page.locator(".spine-row").filter({ hasText: "Two calls of shops" }).waitFor();
  const { incidents } = await tools.api("/api/v1/incidents?text=Customers");
  same(incidents[0].entities.join(), "payment,checkout-page", "the services");
  same(incidents[0].severity, "critical", "the severity");
});

test("[ and ] go from incident to incident in Now's order, on the same tab", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}/why`);
  await page.getByText("1 of 3 open").waitFor();
  await press(tools, "e"); // moves it behind the next one on Now, and not here
  await page.locator('.incident-head .badge[data-state="acknowledged"]').waitFor();
  await press(tools, "]");
  await page.getByRole("heading", { level: 1, name: QUEUE }).waitFor();
  await page.getByText("2 of 3 open").waitFor();
  if (!page.url().endsWith("/why")) throw new Error(page.url());
  await press(tools, "[");
  await page.getByRole("heading", { level: 1, name: PAYMENT }).waitFor();
  await press(tools, "[");
  await toast(page, "This is the first incident of the list.").waitFor();
});

test("s stars a row of the timeline at once, and a refused star is taken back", {
  mock: true,
  console: /503/,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  const button = page.locator('.spine-row[data-seq="2"] .star');
  await button.focus();
  await press(tools, "s");
  await soon(() => button.getAttribute("aria-pressed"), "true", "starred");
  const starred = async () => (await tools.api(`/api/v1/incidents/${id}`)).starred?.join() ?? "";
  await soon(starred, "2", "what the server has");
  await press(tools, "u");
  await soon(starred, "", "what the server has after u");
  await page.route("**/star", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Full." } } }),
  );
  await button.click();
  await toast(page, "Not starred: Full.").waitFor();
  await soon(() => button.getAttribute("aria-pressed"), "false", "starred");
});

test("a viewer selects and looks, and each key that acts says why not", {
  mock: true,
  scenario: { permissions: ["read"] },
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  await page.locator('[aria-disabled="true"].row-action').first().waitFor();
  await press(tools, "j", "x");
  await page.locator(".selection-bar").waitFor();
  for (const key of ["e", "z", "m", "d", "u"]) {
    await press(tools, key);
    await toast(page, WHY).waitFor();
    await page.locator(".toast").getByRole("button", { name: "Close" }).click();
    await page.locator(".toast").waitFor({ state: "detached" });
  }
  same(await page.getByRole("dialog").count(), 0, "dialogs");
  same((await states(tools))[PAYMENT], "open", "the state");
});

test("keys that are off do nothing, and their help lists them all", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await openNow(tools);
  await press(tools, "?");
  const help = page.getByRole("dialog", { name: "Keys and help" });
  for (const label of ["Look at the row beside the list", "Declare an incident", "Next incident"]) {
    await help.getByText(label).waitFor();
  }
  await help.getByLabel("Single-key shortcuts are on").uncheck();
  await press(tools, "Escape");
  await help.waitFor({ state: "detached" });
  await page.locator("[data-incident] .row-title").first().focus();
  await press(tools, "x", "d");
  same(await page.locator(".selection-bar, .dialog").count(), 0, "what a key has opened");
  await press(tools, "Control+k");
  await page.getByPlaceholder(/^Search incidents/).fill("declare");
  await page.getByRole("option", { name: /^Declare an incident/ }).click();
  await page.getByRole("dialog", { name: "Declare an incident" }).waitFor();
});

test("s leads to the timeline from what was seen, and stars the row on the second press", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.locator("[data-row] .disclose").first().focus();
  await tools.press("s");
  await toast(page, "In the timeline: j and k move, s stars the row.").waitFor();
  await tools.press("s");
  const row = page.locator(".spine-row:focus-within .star");
  await soon(() => row.getAttribute("aria-pressed"), "true", "starred");
});

test("a dialog gives the focus back to the row, and the palette has what was typed meanwhile", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  const row = page.locator("[data-incident] .row-title").nth(1);
  await row.focus();
  const inRow = () => row.evaluate((element) => element === document.activeElement);
  for (const key of ["d", "?", "m", "Control+k"]) {
    await tools.press(key);
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await soon(inRow, true, `the focus after ${key} and Escape`);
  }
  await page.reload(); // the palette's code is on the way again
  await page.locator("[data-incident]").first().waitFor();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("released");
  await soon(() => page.getByPlaceholder(/^Search incidents/).inputValue(), "released", "typed");
});
