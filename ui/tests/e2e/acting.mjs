// Acknowledge, resolve, comment: by keyboard, by thumb, and when the server says no.
import { PHONE, same, soon, test, until } from "./harness.mjs";

test("an incident is found, opened and acknowledged by keyboard alone", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.locator("[data-incident]").first().waitFor();
  await tools.press("j");
  await tools.press("j");
  await tools.press("k");
  await tools.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Payment answers slowly" }).waitFor();
  await tools.press("e");
  await page.locator('.incident-head .badge[data-state="acknowledged"]').waitFor();
  const { id } = await tools.anyIncident();
  await until("the server knows", async () => {
    const { incidents } = await tools.api("/api/v1/incidents?state=acknowledged");
    return incidents.some(({ title }) => title === "Payment answers slowly");
  });
  await page.locator('.spine-row[data-kind="acknowledged"]').waitFor();
  if (!id) throw new Error("no incident");
});

test("the same key works on the list, and the row stays under the focus", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.locator("[data-incident]").first().waitFor();
  await tools.press("j");
  await tools.press("e");
  const first = page.locator("[data-incident]").first();
  await first.getByText("Acknowledged").waitFor();
  same(await first.locator(".row-title").innerText(), "Payment answers slowly", "the first row");
  const inside = () => first.evaluate((row) => row.contains(document.activeElement));
  await soon(inside, true, "focus within the row");
});

test("acknowledged from bed: one thumb, 360 px", { mock: true, viewport: PHONE }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  const button = page.getByRole("button", { name: "Acknowledge: Payment answers slowly" });
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  if (!box || box.height < 44 || box.width < 200) throw new Error(`small: ${JSON.stringify(box)}`);
  await button.click();
  await page.getByText(/^Acknowledged .*: Payment answers slowly/).waitFor();
});

test("resolving asks first, names the target, and Enter confirms", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id, title } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await tools.press("r");
  const dialog = page.getByRole("dialog", { name: "Resolve this incident?" });
  await dialog.getByText(title).waitFor();
  await tools.axe(".dialog");
  await tools.press("Escape");
  await dialog.waitFor({ state: "detached" });
  same((await tools.api(`/api/v1/incidents/${id}`)).state, "open", "the state after Escape");
  await tools.press("r");
  await dialog.waitFor();
  await tools.press("Enter");
  await page.locator('.incident-head .badge[data-state="resolved"]').waitFor();
  await until("the server knows", async () => {
    return (await tools.api(`/api/v1/incidents/${id}`)).state === "resolved";
  });
});

test("a refused acknowledgement is taken back and explained", {
  mock: true,
  console: /503/,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await tools.page.route("**/acknowledge", (route) =>
    route.fulfill({
      status: 503,
      json: { error: { code: "unavailable", message: "The disk is full." } },
    }),
  );
  await tools.press("e");
  await page
    .getByRole("alert")
    .filter({ hasText: "Not acknowledged: The disk is full." })
    .waitFor();
  await page.locator('.incident-head .badge[data-state="open"]').waitFor();
});

test("a comment can be taken back, and is not lost when the page is left", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await tools.press("c");
  await tools.type("rolled back 4.2");
  await tools.press("Control+Enter");
  await page.locator(".spine-row").filter({ hasText: "rolled back 4.2" }).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await soon(() => page.getByLabel("Comment").inputValue(), "rolled back 4.2", "the text");
  const comments = async () =>
    (await tools.api(`/api/v1/incidents/${id}`)).timeline.filter(({ kind }) => kind === "comment");
  same((await comments()).length, 0, "comments on the server");
  await page.getByLabel("Comment").press("Control+Enter");
  await page.locator(".spine-row").filter({ hasText: "rolled back 4.2" }).waitFor();
  await page.reload();
  await page.locator(".spine-row").filter({ hasText: "rolled back 4.2" }).waitFor();
  same((await comments()).length, 1, "comments on the server");
});

test("the name in the settings is who acknowledges", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel(/Your name/).fill("Ada");
  await tools.press("Escape");
  await page.locator(".panel").waitFor({ state: "detached" });
  await tools.press("e");
  await page.getByText("Taken by Ada").waitFor();
});

test("the timeline is filtered by kind", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.getByRole("button", { name: /^Pages/ }).click();
  const kinds = () =>
    page.locator(".spine-row").evaluateAll((all) => all.map((row) => row.dataset.kind).join());
  await soon(kinds, "page_failed,page_sent", "the rows");
});

test("what did not reach the server does not look done", {
  mock: true,
  console: /ERR_/,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  // Nothing answers, so that nobody can tell what is true either.
  await page.route("**/api/v1/incidents**", (route) => route.abort());
  await page.route("**/api/v1/incidents/**", (route) => route.abort());
  await tools.press("e");
  await page.getByText("Not acknowledged: The server cannot be reached.").waitFor();
  await page.locator('.incident-head .badge[data-state="open"]').waitFor();
  await page.getByText("Nobody works on it yet").waitFor();
});

test("half a comment is still there after a look at another tab, and after a reload", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.getByLabel("Comment").fill("the pool is full since");
  await page.getByRole("link", { name: "Why", exact: true }).click();
  await page.locator(".why-boxes").waitFor();
  await page.goBack();
  await soon(() => page.getByLabel("Comment").inputValue(), "the pool is full since", "the text");
  await page.reload();
  await soon(() => page.getByLabel("Comment").inputValue(), "the pool is full since", "the text");
});

test("a comment that was refused waits where one comes back to", {
  mock: true,
  console: /503/,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.route("**/comments", (route) =>
    route.fulfill({ status: 503, json: { error: { code: "unavailable", message: "Full." } } }),
  );
  await page.getByLabel("Comment").fill("rolled back 4.2");
  await page.getByLabel("Comment").press("Control+Enter");
  await page.getByRole("link", { name: "Why", exact: true }).click();
  await page.getByText("Comment not saved: Full.").waitFor();
  await page.getByRole("link", { name: "Timeline", exact: true }).click();
  await soon(() => page.getByLabel("Comment").inputValue(), "rolled back 4.2", "the text");
});

test("after a resolve by keys the focus is on the next incident and the count is right at once", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  await page.getByText("2 incidents wait for someone").waitFor();
  await tools.control("mute"); // what the server counts comes later
  await page.locator("[data-incident] .row-title").first().focus();
  await tools.press("r");
  await page.getByRole("dialog", { name: "Resolve this incident?" }).waitFor();
  await tools.press("Enter");
  await page.getByText("1 incident waits for someone").waitFor();
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest("[data-incident]")?.dataset.incident ?? "");
  await until("the focus is on an incident", async () => (await focused()) !== "");
});
