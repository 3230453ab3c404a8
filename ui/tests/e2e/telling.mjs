// What is put to an incident for others: files, and updates for those who do not work on it.
import { same, test } from "./harness.mjs";

test("a file is put to an incident, fetched, and removed on the second word", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  const choose = page.locator('input[type="file"]');
  await choose.setInputFiles({
    name: "heap dump.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("all of it"),
  });
  const link = page.getByRole("link", { name: "heap dump.txt" });
  await link.waitFor();
  same(await link.getAttribute("download"), "heap dump.txt", "a download");
  await page.getByText("9 B", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Remove heap dump.txt…" }).click();
  await page.getByRole("button", { name: "Remove heap dump.txt for good" }).click();
  await link.waitFor({ state: "detached" });
});

test("a file that is too large is refused before it is sent", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  await page.locator('input[type="file"]').evaluate((input) => {
    const chosen = new DataTransfer();
    chosen.items.add(new File([new Uint8Array(10 * 1024 * 1024 + 1)], "core"));
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await page.getByRole("alert").filter({ hasText: "core has" }).waitFor();
});

test("stakeholders are told, and the last update is dated", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id } = await tools.anyIncident();
  await tools.open(`/incidents/${id}/tell`);
  await page.getByText("none was sent yet").waitFor();
  await page.getByLabel(/^An update in plain words/).fill("Paying works again.");
  await page.getByRole("button", { name: "Send the update" }).click();
  await page.getByText("In the timeline, and in 1 place of Slack.").waitFor();
  await page.getByText("the last one was").waitFor();
});

test("the clock of updates counts from the last one, and is kept for the incident", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  const { incidents } = await tools.api("/api/v1/incidents?view=summary");
  const of = (title) => incidents.find((one) => one.title.startsWith(title)).id;
  const path = `/incidents/${of("Disk of analytics")}/tell`; // began 95 min ago
  await tools.open(path);
  const choose = (name) => page.getByRole("button", { name, exact: true }).click();
  await choose("60 min");
  await page.getByText(/^Update overdue by 3\d min$/).waitFor();
  await tools.axeInBothThemes();
  await page.getByLabel(/^An update in plain words/).fill("Paying works again.");
  await page.getByRole("button", { name: "Send the update" }).click();
  await page.getByText(/^Next update in (1 h 00|59) min$/).waitFor();
  await choose("15 min");
  await page.getByText(/^Next update in 1[45] min$/).waitFor();
  await page.reload();
  await page.getByText(/^Next update in 1[45] min$/).waitFor();
  await tools.open(`/incidents/${of("Payment")}/tell`);
  await page.getByRole("button", { name: "Not set", pressed: true }).waitFor();
});
