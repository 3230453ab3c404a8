// The timed budgets of the UI, against the mock server: node bench/ui/run.mjs [part of a name]
//   --patches SECONDS  of 500 patches a second (default 60)
//   --soak MINUTES     of 50 patches a second (default 5; the budget is of 480)
// Needs a built UI (`npm run build` in ui/). Not a part of ./test: times move with the machine.
import { loadavg } from "node:os";
import { startMock } from "../../ui/mock/server.mjs";
import * as measures from "./measures.mjs";
import { launch } from "./page_tools.mjs";

const args = process.argv.slice(2);
function option(name, standard) {
  const at = args.indexOf(`--${name}`);
  return at < 0 ? standard : Number(args.splice(at, 2)[1]);
}
const lengths = { patches: option("patches", 60), soak: option("soak", 5) };
const [only = ""] = args;

const holds = (value, limit) =>
  String(limit).startsWith(">") ? value >= Number(String(limit).slice(1)) : value <= limit;
const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

const ORDER = ["paint", "navigation", "map", "table", "chart", "patches", "tabs", "soak"];

const { url, mock, stop } = await startMock();
const browser = await launch();
console.log(`load ${loadavg()[0].toFixed(1)}, Chromium ${browser.version()}\n`);
console.log("| | measured | budget | |\n|---|---|---|---|");
for (const name of ORDER.filter((one) => one.includes(only))) {
  try {
    const rows = await measures[name]({ browser, url, mock }, lengths[name]);
    for (const [what, value, limit, unit] of rows) {
      const verdict = holds(value, limit) ? "ok" : "over";
      const least = String(limit).startsWith(">")
        ? String(limit).replace(">", "at least ")
        : digits(limit);
      console.log(`| ${what} | ${digits(value)} ${unit} | ${least} | ${verdict} |`);
    }
  } catch (error) {
    console.log(`| ${name} | could not be measured: ${error.message.split("\n")[0]} | | |`);
  }
}
console.log(`\nload ${loadavg()[0].toFixed(1)} at the end`);
await browser.close();
stop();
