// API keys: listed, made, revoked; their tokens are shown once.
import { PHONE, same, soon, test } from "./harness.mjs";

const listOf = (page) => page.getByRole("list", { name: "Keys", exact: true });

test("a key is made, its token is shown once, and it is revoked on the second word", {
  mock: true,
  alone: true, // the clipboard is shared
}, async (tools) => {
  const { page } = tools;
  await tools.open("/settings");
  const rows = listOf(page).getByRole("listitem");
  await rows.filter({ hasText: "ann" }).getByText("responder").waitFor();
  await rows.last().getByText("revoked", { exact: true }).waitFor(); // those come last
  await page.getByLabel("Name of the key").fill("prometheus");
  await page.getByLabel("Role").selectOption("ingest");
  await page.getByLabel("It expires").selectOption("90");
  await page.getByRole("button", { name: "Make a key" }).click();
  const token = page.getByText(/_c0ffee/);
  await page.getByText("It is not shown again").waitFor();
  await tools.axeInBothThemes();
  await page.getByRole("button", { name: "Copy the token" }).click();
  await page.getByText("Token copied").waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  same(copied, await token.innerText(), "what was copied");
  const kept = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
  );
  same(kept.includes("c0ffee"), false, "the token is kept in the browser");
  await page.getByRole("button", { name: "Put it away" }).click();
  await token.waitFor({ state: "detached" });
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  const made = rows.filter({ hasText: "prometheus" });
  await made.getByText("expires in 89 d").waitFor();
  await made.getByRole("button", { name: "Revoke… prometheus" }).click();
  same(await focused(), "Keep prometheus", "the focus, when asked");
  await page.keyboard.press("Enter");
  same(await focused(), "Revoke… prometheus", "the focus, when kept");
  await made.getByRole("button", { name: "Revoke… prometheus" }).click();
  await made.getByRole("button", { name: "Revoke prometheus for good" }).click();
  await made.getByText("revoked", { exact: true }).waitFor();
  const { keys } = await tools.api("/api/v1/keys");
  const { revoked_at } = keys.find(({ name }) => name === "prometheus");
  same(revoked_at !== null, true, "revoked on the server");
});

test("a key of a name that is taken is refused, and what was written stays", {
  mock: true,
  viewport: PHONE,
  console: /409/,
}, async (tools) => {
  const { page } = tools;
  await tools.open("/settings");
  await page.getByLabel("Name of the key").fill("ann");
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByText("There is a key of this name.").waitFor();
  same(await page.getByLabel("Name of the key").inputValue(), "ann", "the name");
  await page.getByRole("button", { name: "Revoke… ann" }).click();
  await tools.axe();
  await tools.fitsWidth();
});

// A request for the keys would be refused, which the harness takes for a fault.
test("who may not administer reads what it takes, and asks for no keys", {
  mock: true,
  scenario: { permissions: ["read", "respond"] },
}, async (tools) => {
  const { page } = tools;
  await tools.open("/settings");
  await page.getByText("it takes a key of the role admin.").waitFor();
  await soon(() => page.getByLabel("Name of the key").isDisabled(), true, "the form rests");
  same(await listOf(page).count(), 0, "lists of keys");
});
