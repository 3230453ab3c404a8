// Web Push: a browser is subscribed for a person, and says plainly when it cannot be.
import { same, soon, test } from "./harness.mjs";

// The headless browser has no push service: what it would give is made up, all else is real.
const pretend = (page) =>
  page.addInitScript(() => {
    const made = {
      toJSON: () => ({
        endpoint: "https://push.example.org/send/1",
        keys: { p256dh: "BP", auth: "au" },
      }),
      unsubscribe: async () => true,
    };
    PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
      window.__keyBytes = applicationServerKey.byteLength;
      return made;
    };
    PushManager.prototype.getSubscription = async () => null;
    Notification.requestPermission = async () => "granted";
    Object.defineProperty(Notification, "permission", { get: () => "default" });
  });

test("a browser is subscribed for a person, listed, and forgotten", {
  mock: true,
}, async (tools) => {
  const { page } = tools;
  await pretend(page);
  await tools.open("/settings");
  await page.getByLabel("Who is woken").selectOption("ben");
  await page.getByText("No contact of ben is a browser").waitFor();
  await page.getByLabel("Who is woken").selectOption("ann");
  await page.getByLabel("What this browser is called").fill("My phone");
  await page.getByRole("button", { name: "Subscribe this browser" }).click();
  await page.getByText("this browser", { exact: true }).waitFor();
  await page.getByText("wakes ann").waitFor();
  same(await page.evaluate(() => window.__keyBytes), 65, "bytes of the server's key");
  const worker = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration("/");
      return registration?.active?.scriptURL ?? "";
    });
  await soon(worker, `${tools.baseUrl}/sw.js`, "the worker");
  await tools.axe();
  await page.getByRole("button", { name: "Forget My phone of ann" }).click();
  await page.getByText("wakes ann").waitFor({ state: "detached" });
});

test("a page that came by http says why it cannot wake anybody", { mock: true }, async (tools) => {
  const { page } = tools;
  await page.addInitScript(() => {
    Object.defineProperty(window, "isSecureContext", { get: () => false });
  });
  await tools.open("/settings");
  await page.getByText("This page came by http.").waitFor();
  same(await page.getByRole("button", { name: "Subscribe this browser" }).count(), 0, "buttons");
});
