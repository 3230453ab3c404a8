// Everything that must hold for the UI, in order; the closing line counts single tests where a step
// has them, and steps where it has not.
import { spawnSync } from "node:child_process";

const STEPS = [
  ["lint", ["biome", "check", "--error-on-warnings", "."]],
  ["types", ["tsc", "--noEmit"]],
  ["api", ["node", "scripts/generate_api.mjs", "--check"]],
  ["unit", ["vitest", "run", "--reporter=dot"], /Tests\s+(?:(\d+) failed \| )?(\d+) passed/],
  ["build", ["node", "scripts/build.mjs", "--if-changed"]],
  [
    "budget",
    ["node", "scripts/budget.mjs"],
    /budget: (?<passed>\d+) passed, (?<failed>\d+) failed/,
  ],
  ["e2e", ["node", "tests/e2e/run.mjs"], /e2e: (?<passed>\d+) passed, (?<failed>\d+) failed/],
];

const bin = new URL("../node_modules/.bin/", import.meta.url).pathname;
const cwd = new URL("..", import.meta.url).pathname;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const plain = (text) => text.replace(/\u001b\[[0-9;]*m/g, "");

let passed = 0;
let failed = 0;
for (const [name, [command, ...args], pattern] of STEPS) {
  const began = Date.now();
  const program = command === "node" ? process.execPath : bin + command;
  const run = spawnSync(program, args, { cwd, encoding: "utf8" });
  const output = plain(`${run.stdout ?? ""}${run.stderr ?? ""}`);
  const found = pattern?.exec(output);
  const counted = found && {
    passed: Number(found.groups?.passed ?? found[2]),
    failed: Number(found.groups?.failed ?? found[1] ?? 0),
  };
  const ok = run.status === 0;
  passed += counted ? counted.passed : Number(ok);
  failed += counted ? Math.max(counted.failed, Number(!ok)) : Number(!ok);
  console.log(`${ok ? "ok  " : "FAIL"} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  if (!ok) console.log(output.trimEnd());
  // Tests of a build that does not exist would only repeat the fault.
  if (!ok && name === "build") break;
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
