// How the server must serve dist: what the UI relies on.
import { same, test, until } from "./harness.mjs";

test("each page has a policy with a nonce of its own", {}, async ({ baseUrl }) => {
  const nonces = new Set();
  for (const path of ["/", "/", "/docs", "/e/ev_1", "/incidents/in_1"]) {
    const response = await fetch(baseUrl + path);
    same(response.status, 200, path);
    same(response.headers.get("cache-control"), "no-cache", `${path} cache-control`);
    const policy = response.headers.get("content-security-policy") ?? "";
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    const page = await response.text();
    if (!nonce || !page.includes(`content="${nonce}"`)) throw new Error(`${path} has no nonce`);
    if (/script-src[^;]*(unsafe|nonce)/.test(policy)) throw new Error(policy);
    nonces.add(nonce);
  }
  same(nonces.size, 5, "different nonces");
});

test("assets are kept for ever, compressed, and a miss is a 404", {}, async ({ baseUrl }) => {
  const page = await (await fetch(`${baseUrl}/`)).text();
  const [, script] = /src="(\/assets\/[^"]+\.js)"/.exec(page);
  const response = await fetch(baseUrl + script, { headers: { "Accept-Encoding": "br" } });
  same(response.status, 200, script);
  same(response.headers.get("content-encoding"), "br", "the encoding");
  if (!response.headers.get("cache-control")?.includes("immutable")) throw new Error("not kept");
  if (!response.headers.get("content-type")?.startsWith("text/javascript")) throw new Error("type");
  const miss = await fetch(`${baseUrl}/assets/index-00000000.js`);
  same(miss.status, 404, "a missing asset");
});

test("the static shell is a frame without any script", { mock: true }, async ({ page }) => {
  await page.route("**/assets/*.js", (route) => route.abort());
  page.removeAllListeners("console");
  await page.goto("/", { waitUntil: "commit" });
  await page.locator(".topbar-brand").waitFor();
  await page.locator(".rail").waitFor();
});

test("a page older than the server offers to reload", {
  mock: true,
  console: /404|Failed to fetch|import/,
}, async (tools) => {
  const { page } = tools;
  await page.route("**/assets/help_dialog-*.js", (route) => route.fulfill({ status: 404 }));
  await tools.open("/");
  await page.locator("[data-incident]").first().waitFor();
  await tools.press("?");
  await page.getByText("There may be a new version").waitFor();
  // The page itself goes on, keys too.
  await until("j moves", async () => {
    await tools.press("j");
    return page.evaluate(() => document.activeElement?.className === "row-title");
  });
  await tools.press("Enter");
  await page.waitForURL("**/incidents/*");
});
