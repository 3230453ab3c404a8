// Sizes of the built UI against the budgets of the design. Reads dist and the manifest that the
// build left beside node_modules.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./files.mjs";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "dist");
const manifest = JSON.parse(
  readFileSync(join(root, "node_modules/.vedette-manifest.json"), "utf8"),
);

const kB = (bytes) => bytes / 1000;
const size = (file, suffix) => {
  const packed = join(dist, file + suffix);
  return kB(statSync(existsSync(packed) ? packed : join(dist, file)).size);
};
const total = (files, suffix) => [...files].reduce((sum, file) => sum + size(file, suffix), 0);

// The files of a chunk and of everything it imports at once.
function closure(key, seen = new Set()) {
  const chunk = manifest[key];
  if (seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const css of chunk.css ?? []) seen.add(css);
  for (const other of chunk.imports ?? []) closure(other, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const entryFiles = closure(entry);
const scripts = [...entryFiles].filter((file) => file.endsWith(".js"));
// What a first visit of / loads: the entry, the stream, the page, the bar's panels, the dialogs that are asked
// for when the page is idle, and the static files.
const cold = new Set([
  ...entryFiles,
  ...closure("src/live/live.ts"),
  ...closure("src/features/now/now_page.tsx"),
  ...closure("src/frame/bar_left.tsx"),
  ...closure("src/frame/bar_menus.tsx"),
  ...closure("src/frame/palette.tsx"),
  ...closure("src/features/incident/resolve_dialog.tsx"),
  "index.html",
  "theme.js",
  "favicon.svg",
]);

const checks = [
  ["entry JS, gzip", total(scripts, ".gz"), 125],
  ["/ cold, brotli", total(cold, ".br"), 170],
];
for (const [key, chunk] of Object.entries(manifest)) {
  if (!chunk.isDynamicEntry) continue;
  const own = [...closure(key)].filter((file) => !entryFiles.has(file));
  checks.push([`lazy ${key.replace("src/", "")}, gzip`, total(own, ".gz"), 60]);
}
const all = filesBelow(dist).filter((file) => /\.(js|css|html|svg)$/.test(file));
checks.push([
  "whole app, gzip",
  total(
    all.map((file) => file.slice(dist.length + 1)),
    ".gz",
  ),
  450,
]);

let failed = 0;
for (const [what, have, limit] of checks) {
  const ok = have <= limit;
  if (!ok) failed += 1;
  console.log(`${ok ? "ok  " : "OVER"} ${what}: ${have.toFixed(1)} of ${limit} kB`);
}
console.log(`budget: ${checks.length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
