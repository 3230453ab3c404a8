// Simulate: a story is told, and the truth stands beside what Vedette says.
import { test } from "./harness.mjs";

test("a story begins, and its truth stands beside the verdict", { mock: true }, async (tools) => {
  const { page } = tools;
  await tools.open("/simulate");
  await page.getByRole("radio", { name: /bad release/ }).check();
  await page.getByLabel("Seed").fill("42");
  await page.getByRole("button", { name: "Begin" }).click();
  await page.getByText("seed 42").waitFor();
  await page.getByText("Found, with its cause").waitFor();
  await page.getByText("1 min after it began").waitFor();
  await page.getByText("in the incident of an earlier fault").waitFor();
  await tools.axeInBothThemes();
  await page.getByRole("button", { name: "End the faults" }).click();
  await page.getByRole("heading", { name: "Told last" }).waitFor();
});
