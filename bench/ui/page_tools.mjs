// What the measurements share: a browser, a page without the welcome card, frames and long tasks.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../../ui/package.json", import.meta.url))(
  "playwright-core",
);

export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

// A fresh profile; notes long tasks from the beginning.
export async function openContext(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  await context.addInitScript(() => {
    localStorage.setItem("vedette.settings", JSON.stringify({ welcomed: true }));
    window.__tasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.__tasks.push(duration);
    }).observe({ type: "longtask", buffered: true });
  });
  return context;
}

export async function throttle(page, { cpu = 1, kbit = 0, latency = 0 }) {
  const session = await page.context().newCDPSession(page);
  if (cpu > 1) await session.send("Emulation.setCPUThrottlingRate", { rate: cpu });
  if (kbit === 0) return;
  const bytes = (kbit * 1000) / 8;
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency,
    downloadThroughput: bytes,
    uploadThroughput: bytes,
  });
}

async function cpuOf(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
}

// Frames while `act` runs: how many a second, the 95th percentile of the gaps between them, and what
// each costs the main thread in CPU time, which does not move with what else the machine does.
export async function framesDuring(page, act) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.evaluate(() => {
    window.__frames = [];
    window.__watching = true;
    const note = (time) => {
      window.__frames.push(time);
      if (window.__watching) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const before = await cpuOf(session);
  await act();
  const cpu = (await cpuOf(session)) - before;
  await session.detach();
  const times = await page.evaluate(() => {
    window.__watching = false;
    return window.__frames;
  });
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  const sorted = gaps.toSorted((a, b) => a - b);
  return {
    fps: (1000 * gaps.length) / (times.at(-1) - times[0]),
    p95: sorted[Math.floor(sorted.length * 0.95)],
    cpu: cpu / Math.max(1, gaps.length),
  };
}

export const longestTask = (page) =>
  page.evaluate(() => window.__tasks.reduce((a, b) => Math.max(a, b), 0));

export const forgetTasks = (page) =>
  page.evaluate(() => {
    window.__tasks = [];
  });

// After a collection of garbage.
export async function memoryOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  const nodes = await page.evaluate(() => document.getElementsByTagName("*").length);
  await session.detach();
  return { megabytes: usedSize / 1e6, nodes };
}
