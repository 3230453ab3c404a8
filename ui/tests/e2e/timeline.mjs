// The timeline as a record: what is written down later, what is folded, what is starred.
import { PHONE, same, soon, test } from "./harness.mjs";

// "02:11" of the clock of UTC, some minutes ago.
const clock = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString().slice(11, 16);
const comments = async (tools, id) =>
  (await tools.api(`/api/v1/incidents/${id}`)).timeline.filter(({ kind }) => kind === "comment");

test("what happened before is written down where it happened", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  const box = page.getByLabel("Comment");
  const first = clock(90); // the clock goes on while the page works
  await box.fill(`/timeline the pool was full | ${first}\nsomebody restarted it | ${clock(80)}`);
  await box.press("Control+Enter");
  await page.getByText("2 rows added").waitFor();
  // Before the incident began: at the foot of what is told newest first.
  const last = page.locator(".spine-row").last();
  await last.getByText("the pool was full").waitFor();
  await last.getByText("not sent yet").waitFor();
  await page.reload(); // sends what waits
  await last.getByText(first, { exact: false }).first().waitFor();
  await last.getByText("written at").waitFor();
  const have = await comments(tools, id);
  same(have.length, 2, "comments on the server");
  same(
    have.every(({ happened_at, time }) => happened_at < time),
    true,
    "they happened before",
  );
  await tools.axeInBothThemes();
});

test("a wrong line is named, and nothing is posted", {
  mock: true,
  viewport: PHONE,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  const box = page.getByLabel("Comment");
  const text = `/timeline the pool was full | ${clock(90)}\nsomebody restarted it | soon`;
  await box.fill(text);
  await page.locator(".comment").getByRole("button", { name: /^Add/ }).click();
  await page.getByText("Line 2: “soon” is no time such as").waitFor();
  same(await box.inputValue(), text, "what was written");
  same((await comments(tools, id)).length, 0, "comments on the server");
  await tools.axe(".comment");
  await tools.fitsWidth();
  await box.fill("just words");
  await page.getByText("Line 2:").waitFor({ state: "detached" });
});

test("rows that are taken back can be sent again", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  const box = page.getByLabel("Comment");
  await box.fill(`/timeline the pool was full | ${clock(90)}`);
  await box.press("Control+Enter");
  await page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  await soon(
    async () => /^\/timeline the pool was full \| \d{4}-.*Z$/.test(await box.inputValue()),
    true,
    "the text",
  );
});

test("people who are told the same again and again are one row", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  for (let count = 0; count < 5; count += 1) {
    const text = "ops by mail: delivered";
    await tools.control("comment", { id, kind: "page_sent", actor: "vedette", text });
  }
  await tools.open(`/incidents/${id}`);
  const fold = page.locator('.spine-row[data-kind="fold"]').filter({ hasText: "ops by mail" });
  await fold.getByRole("button", { name: "5 times" }).click();
  const rows = page.locator('.spine-row[data-kind="page_sent"]').filter({ hasText: "ops by mail" });
  await soon(() => rows.count(), 5, "rows");
});

test("starred rows are asked for, and offered to the write-up", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.control("comment", { id, text: "the pool was full" });
  await tools.open(`/incidents/${id}/review`);
  await page.getByText("that tell the story").waitFor();
  await tools.open(`/incidents/${id}`);
  const row = page.locator(".spine-row").filter({ hasText: "the pool was full" });
  await row.getByRole("button", { name: /^Star/ }).click();
  await page.locator('.spine-row[data-starred="true"]').waitFor();
  await tools.axeInBothThemes(".spine");
  await page.getByRole("button", { name: /^Starred/ }).click();
  await soon(() => page.locator(".spine-row").count(), 1, "starred rows");
  await tools.open(`/incidents/${id}/review`);
  await page.locator(".starred-rows").getByText("the pool was full").waitFor();
  const put = page.getByRole("button", { name: "Put them into the write-up" });
  same(await put.count(), 0, "offers while the draft is the server's");
  await page.getByRole("button", { name: "Write" }).click();
  await page.getByLabel("Markdown").fill("# Ours\n");
  await put.click();
  await put.waitFor({ state: "detached" });
  const text = await page.getByLabel("Markdown").inputValue();
  same(/^# Ours\n\n## Key moments\n\n- .*the pool was full\n$/.test(text), true, "the write-up");
  await tools.axeInBothThemes();
});
