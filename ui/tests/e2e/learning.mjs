// What people say of anomalies and incidents, what that would change, and what was learnt.
import { soon, test, until } from "./harness.mjs";

test("a mark of noise waits, shows what it would change, is applied and undone", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/explore/anomalies");
  const noise = page.getByRole("button", { name: "Noise: analytics: disk_used_ratio" });
  await noise.click();
  await until("pressed", async () => (await noise.getAttribute("aria-pressed")) === "true");
  await page.getByRole("button", { name: "What would change" }).click();
  await page.getByText("6 of 41 anomalies would not have been").waitFor();
  const changed = page.locator("details").filter({ hasText: "Anomalies that would" });
  await changed.locator("summary").click();
  await changed.getByText("not told").waitFor();
  await page.getByLabel(/^Why/).fill("the nightly export");
  await page.getByRole("button", { name: "Apply 1 mark" }).click();
  await page.getByText("No marks wait").waitFor();
  const applied = page.locator("li[data-row]").filter({ hasText: "the nightly export" });
  await applied.getByRole("button", { name: /^Undo/ }).click();
  await applied.getByText("Undone", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Apply 1 mark" }).waitFor();
});

test("a mark is taken back by the same button", { mock: true }, async (tools) => {
  const { page } = tools;
  const { id, title } = await tools.anyIncident();
  await tools.open(`/incidents/${id}`);
  const useful = page.getByRole("button", { name: `Useful: ${title}` });
  await useful.click();
  await until("pressed", async () => (await useful.getAttribute("aria-pressed")) === "true");
  await useful.click();
  await until("not pressed", async () => (await useful.getAttribute("aria-pressed")) === "false");
  await soon(async () => (await tools.api("/api/v1/feedback")).feedback.length, 0, "marks");
});

test("a model says what it is worth, and training tells how far it is", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/detection?view=models");
  const payment = page.locator("li[data-row]").filter({ hasText: "payment" }).first();
  await payment.getByText("In use").waitFor();
  await payment.getByText("both together 67").waitFor();
  await page.getByRole("button", { name: "Train all services now" }).click();
  await page.getByText("epoch 12 of at most 100").waitFor();
});

test("the model of the graph stands for all services, and counts the roots that it names", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/detection?view=models");
  const graph = page.locator("li[data-row]").filter({ hasText: "Graph attention" });
  await graph.getByText("All services together").first().waitFor();
  await graph.getByText("Of 118 touched services put into held-out history").waitFor();
  await graph.getByText("it named the root of 31, a plain rule of 22.").waitFor();
  await graph.locator("summary").click();
  await graph.getByRole("table").getByText("failing").waitFor();
  await tools.axe();
});

test("a source that fell silent comes first", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/system?view=sources");
  const first = page.locator("li[data-row]").first();
  await first.getByText("mailer").waitFor();
  await first.getByText("Silent").waitFor();
});

test("who is asked too often is told, and what would help", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/ledger");
  await page.getByRole("link", { name: "Noise" }).click();
  await page.getByText("19 of 14, over the budget").waitFor();
  await page.locator("summary").filter({ hasText: "What would have helped" }).click();
  await page.getByText("8 messages less, nothing lost that somebody took").waitFor();
});

test("a rule that cannot fire is named, and one that is looked at as samples come", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/rules");
  await page.getByText("no series has the name queue_length").waitFor();
  await page.getByText("evaluated as samples come").waitFor();
});

test("a service card names its team and who of it is on call", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/");
  const { teams } = await tools.api("/api/v1/oncall");
  const duty = teams.find(({ team }) => team === "shop").on_call;
  const card = page.locator(".card").filter({ hasText: "payment" });
  await card.getByText(duty.full_name || duty.user).waitFor();
  await card.getByText("shop").waitFor();
});
