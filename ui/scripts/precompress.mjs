// Writes .br and .gz beside each text file of dist: brotli 11 on the fly would cost a second.
// index.html stays plain: the server puts a nonce into it on every answer.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { filesBelow } from "./files.mjs";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "dist");

// For scripts/budget.mjs; not to be served.
renameSync(join(dist, ".vite/manifest.json"), join(root, "node_modules/.vedette-manifest.json"));
rmSync(join(dist, ".vite"), { recursive: true });

for (const file of filesBelow(dist)) {
  if (!/\.(js|css|svg)$/.test(file)) continue;
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }));
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
}
