// Builds dist: type-free bundling, then compressed neighbours. With --if-changed it leaves a dist
// alone that was built from the same inputs: whatever embeds dist need not be linked anew then.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesBelow } from "./files.mjs";

const root = new URL("..", import.meta.url).pathname;
const stampFile = join(root, "node_modules/.vedette-built");
const singles = ["package-lock.json", "index.html", "vite.config.ts", "scripts/precompress.mjs"];
const folders = ["src", "public"];

function fingerprint() {
  const hash = createHash("sha256");
  const files = [
    ...singles.map((name) => join(root, name)),
    ...folders.flatMap((name) => filesBelow(join(root, name))),
  ];
  for (const file of files.sort()) {
    if (!file.endsWith(".test.ts")) hash.update(`${file}\0`).update(readFileSync(file));
  }
  return hash.digest("hex");
}

const stamp = fingerprint();
const same =
  existsSync(stampFile) &&
  existsSync(join(root, "dist/index.html")) &&
  readFileSync(stampFile, "utf8") === stamp;
if (process.argv.includes("--if-changed") && same) {
  console.log("dist is up to date");
  process.exit(0);
}

for (const args of [
  ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"],
  ["scripts/precompress.mjs"],
]) {
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
writeFileSync(stampFile, stamp);
