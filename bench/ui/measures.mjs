// The timed budgets of the UI, one function each: it returns rows [what, measured, limit, unit]. A limit
// that begins with ">" is a least one.
import {
  forgetTasks,
  framesDuring,
  longestTask,
  median,
  memoryOf,
  openContext,
  throttle,
  wait,
} from "./page_tools.mjs";

const RUNS = 3;
const FRAME_MS = 1000 / 60; // all that a frame may cost

// --- paint

const LINES = [
  ["no throttle", {}, 300, 800],
  ["4x CPU, 9 Mbit/s", { cpu: 4, kbit: 9000, latency: 20 }, 800, 2200],
  ["4x CPU, 1.6 Mbit/s, 150 ms", { cpu: 4, kbit: 1600, latency: 150 }, 1000, 2800],
];

async function openCold(browser, url, line) {
  const context = await openContext(browser);
  const page = await context.newPage();
  await throttle(page, line);
  await page.goto(url, { waitUntil: "commit" });
  await page.locator("[data-incident]").first().waitFor({ timeout: 60_000 });
  const times = await page.evaluate(() => ({
    paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    useful: performance.now(),
  }));
  await context.close();
  return times;
}

export async function paint({ browser, url }) {
  const rows = [];
  for (const [name, line, paintMax, usefulMax] of LINES) {
    const runs = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await openCold(browser, url, line));
    rows.push([`first paint, cold, ${name}`, median(runs.map((one) => one.paint)), paintMax, "ms"]);
    rows.push([`incidents shown, ${name}`, median(runs.map((one) => one.useful)), usefulMax, "ms"]);
  }
  return rows;
}

// --- going about

const SCREENS = ["Alerts", "Map", "Changes", "Releases", "Rules", "On-call", "Ledger", "System"];

export async function navigation({ browser, url }) {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("[data-incident]").first().waitFor();
  const go = (label) =>
    page.evaluate(async (name) => {
      const link = [...document.querySelectorAll(".rail-link")].find((one) =>
        one.textContent.includes(name),
      );
      const began = performance.now();
      link.click();
      while (!document.querySelector("h1")?.textContent.includes(name)) {
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - began;
    }, label);
  for (const label of SCREENS) await go(label); // their code is loaded
  const times = [];
  for (const label of SCREENS) times.push(await go(label));
  await page.goto(url);
  const button = page.getByRole("button", { name: "Acknowledge" }).first();
  await button.waitFor();
  const feedback = await page.evaluate(async () => {
    const row = document.querySelector("[data-incident]");
    const before = row.querySelector(".badge").textContent;
    const began = performance.now();
    [...row.querySelectorAll("button")].find((one) => one.textContent === "Acknowledge").click();
    const id = row.dataset.incident;
    const word = () =>
      document.querySelector(`[data-incident="${id}"] .badge`)?.textContent ?? before;
    while (word() === before) await new Promise(requestAnimationFrame);
    return performance.now() - began;
  });
  await context.close();
  return [
    ["from screen to screen, warm, median", median(times), 100, "ms"],
    ["acknowledged on the screen after", feedback, 50, "ms"],
  ];
}

// --- much at once

export async function map({ browser, url, mock }) {
  mock.control("scenario", { name: "many" });
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(`${url}/map?problems=all`);
  const canvas = page.locator("main canvas").first();
  await canvas.waitFor();
  await wait(1500);
  const box = await canvas.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const { fps, p95, cpu } = await framesDuring(page, async () => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    for (let step = 0; step < 90; step += 1) {
      await page.mouse.move(x + 120 * Math.sin(step / 8), y + 80 * Math.cos(step / 8));
    }
    await page.mouse.up();
    for (let step = 0; step < 60; step += 1) await page.mouse.wheel(0, step < 30 ? -40 : 40);
  });
  await context.close();
  mock.control("scenario", { name: "normal" });
  return [
    ["map of 1,000 services, pan and zoom", fps, ">55", "fps"],
    ["the same, 95th percentile of a frame", p95, 20, "ms"],
    ["the same, CPU of a frame", cpu, FRAME_MS, "ms"],
  ];
}

function manyLines(count) {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => ({
    id: `line${index}`,
    time: new Date(now - index * 10).toISOString(),
    service: ["order", "payment", "user"][index % 3],
    level: index % 50 ? "info" : "error",
    message: `request ${index} served in ${index % 900} ms`,
    trace_id: "",
    fields: {},
  }));
}

const answerWith = (body) => (route) =>
  route.fulfill({ contentType: "application/json", body: JSON.stringify(body) });

export async function table({ browser, url }) {
  const context = await openContext(browser);
  const page = await context.newPage();
  const lines = answerWith({ logs: manyLines(10_000), next_cursor: null });
  await page.route(
    ({ pathname, search }) => pathname === "/api/v1/logs/query" && !search.includes("count"),
    lines,
  );
  await page.goto(`${url}/explore/logs`);
  await page.locator(".log-line").first().waitFor();
  await wait(500);
  let most = 0;
  const { fps, cpu } = await framesDuring(page, async () => {
    for (let step = 0; step < 60; step += 1) {
      await page.mouse.move(640, 700);
      await page.mouse.wheel(0, 900);
      most = Math.max(most, await page.locator(".log-line").count());
    }
  });
  await context.close();
  return [
    ["10,000 log lines, scrolled", fps, ">55", "fps"],
    ["the same, CPU of a frame", cpu, FRAME_MS, "ms"],
    ["rows of them in the page", most, 60, "rows"],
  ];
}

function manyPoints(series, points) {
  const end = Math.floor(Date.now() / 1000);
  const result = Array.from({ length: series }, (_, line) => ({
    metric: { line: String(line) },
    values: Array.from({ length: points }, (_, index) => [
      end - (points - index),
      String(line * 10 + Math.sin(index / 200) * 5),
    ]),
  }));
  return { status: "success", data: { resultType: "matrix", result } };
}

export async function chart({ browser, url }) {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(`${url}/explore/metrics?q=up`); // the code of charts is loaded
  await page.locator(".chart canvas").waitFor();
  await page.route("**/api/v1/query_range*", answerWith(manyPoints(8, 20_000)));
  await forgetTasks(page);
  await page.goto(`${url}/explore/metrics?q=many&from=now-6h&to=now`);
  await page.locator(".chart canvas").waitFor();
  await wait(1000);
  const draw = await longestTask(page);
  const box = await page.locator(".chart canvas").boundingBox();
  const { fps, cpu } = await framesDuring(page, async () => {
    for (let step = 0; step < 120; step += 1) {
      await page.mouse.move(box.x + 80 + (step / 120) * (box.width - 100), box.y + 100);
    }
  });
  await context.close();
  return [
    ["chart of 8 x 20,000 points, longest task of the first draw", draw, 250, "ms"],
    ["the same, hovered", fps, ">45", "fps"],
    ["the same, CPU of a frame", cpu, FRAME_MS, "ms"],
  ];
}

// --- live

// Patches of every incident in turn, so many a second.
function stream(mock, rate) {
  const all = [...mock.world.incidents.values()];
  let count = 0;
  const timer = setInterval(() => {
    for (let one = 0; one < rate / 20; one += 1) {
      const incident = all[count % all.length];
      count += 1;
      incident.revision += 1;
      mock.publish("incidents", incident.id, incident.revision, { title: `Patch ${count}` });
    }
  }, 50);
  return () => {
    clearInterval(timer);
    return count;
  };
}

export async function patches({ browser, url, mock }, seconds) {
  const context = await openContext(browser, { viewport: { width: 1280, height: 500 } });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("[data-incident]").first().waitFor();
  await page.evaluate(() => scrollTo(0, 150));
  const at = await page.evaluate(() => scrollY);
  await page.getByRole("button", { name: /Last hour/ }).click();
  await page.locator(".panel").waitFor();
  await forgetTasks(page);
  const stop = stream(mock, 500);
  await wait(seconds * 1000);
  const told = stop();
  const task = await longestTask(page);
  const kept = (await page.locator(".panel").count()) === 1;
  const moved = Math.abs((await page.evaluate(() => scrollY)) - at);
  await context.close();
  mock.control("scenario", { name: "normal" });
  return [
    [`patches a second over ${seconds} s`, told / seconds, ">450", "1/s"],
    ["longest task meanwhile", task, 100, "ms"],
    ["the page moved by", moved, 0, "px"],
    ["an open menu was closed", kept ? 0 : 1, 0, "times"],
  ];
}

export async function tabs({ browser, url }) {
  const context = await openContext(browser);
  const times = [];
  for (let tab = 0; tab < 10; tab += 1) {
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(url);
    await page.locator("[data-incident]").first().waitFor();
    times.push(performance.now() - began);
  }
  await context.close();
  return [["ten tabs of one browser, the slowest to open", Math.max(...times), 1000, "ms"]];
}

export async function soak({ browser, url, mock }, minutes) {
  const context = await openContext(browser);
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("[data-incident]").first().waitFor();
  const stop = stream(mock, 50);
  await wait(10_000); // caches fill
  const before = await memoryOf(page);
  await wait(minutes * 60_000);
  stop();
  await wait(1000);
  const after = await memoryOf(page);
  await context.close();
  return [
    [`heap gained in ${minutes} min at 50 patches/s`, after.megabytes - before.megabytes, 30, "MB"],
    ["elements gained", after.nodes - before.nodes, 50, "elements"],
  ];
}
