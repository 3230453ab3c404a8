// A picture of a page for the documentation: node scripts/picture.mjs URL FILE [light|dark]
// [width height]. The first-run card is put away; the page is given time to go live.
import { chromium } from "playwright-core";

const [url, file, theme = "light", width = "1280", height = "860"] = process.argv.slice(2);
if (!url || !file) {
  console.error("usage: node scripts/picture.mjs URL FILE [light|dark] [width height]");
  process.exit(2);
}
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium-headless-shell",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const context = await browser.newContext({
  viewport: { width: Number(width), height: Number(height) },
  colorScheme: theme,
});
await context.addInitScript(() => {
  localStorage.setItem("vedette.settings", JSON.stringify({ welcomed: true }));
});
const page = await context.newPage();
await page.goto(url);
await page.locator("h1").first().waitFor();
await page.waitForTimeout(3000);
await page.screenshot({ path: file });
await browser.close();
console.log(`wrote ${file}`);
